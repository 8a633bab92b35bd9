import { Button } from '@mantine/core'
import { IconAlertTriangle, IconClockHour4, IconSend } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { Link } from 'wouter'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import type { Command } from '../api/tasks'
import { aboutOf, useOffer, type Offer } from '../frame/offers'
import { accountPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { HeldButton } from '../ui/HeldButton'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { About, person } from './About'
import css from './Attention.module.css'
import { DiscardDialog } from './DiscardDialog'

interface Props {
  command: Command
  /** Whether a decision is wanted, with its two buttons. */
  decides?: boolean
}

/** One change made at this desk: what, whose, when, how it stands, and why it was refused. */
export function CommandItem({ command, decides }: Props) {
  const { t, term, sentence } = useWords()
  const { when } = useFormats()
  const repeat = useDo(desk.repeat)
  const handOver = useDo(desk.handOver)
  const confirm = useDo(desk.confirm)
  const busy = repeat.busy || handOver.busy || confirm.busy
  const online = useStatus().data?.phase === 'live'
  const [discarding, setDiscarding] = useState(false)
  const whom = [person(command), command.service_address].filter(Boolean).join(', ')
  const what = term('command', command.kind)
  const held = busy ? t('held.busy') : ''
  const offers: Pick<Offer, 'of' | 'id' | 'about'> = {
    of: `${what} · ${when(command.created_at)}`,
    id: command.command_id,
    about: command.account
      ? aboutOf({ ...command, name: person(command), account_number: command.account })
      : undefined,
  }
  const Icon = decides ? IconAlertTriangle : command.state === 'sent' ? IconSend : IconClockHour4
  const waits = useId()
  const waiting = online ? '' : sentence({ code: 'confirm_online', params: {} })
  useOffer(command.state === 'draft' ? 'confirm' : undefined, {
    ...offers,
    run: () => confirm.run(command.command_id),
    held: held || waiting || undefined,
  })
  return (
    <li aria-label={`${what} ${command.account}`}>
      <div className={css.head}>
        <strong>{what}</strong>
        {command.account && <Link to={accountPlace(command.account)}>{command.account}</Link>}
        <span className={ui.quiet}>{when(command.created_at)}</span>
        <span className={`${ui.state} ${decides ? ui.bad : ui.quiet}`}>
          <Icon size={15} aria-hidden />
          {term('commandState', command.state)}
        </span>
      </div>
      {whom && <div>{whom}</div>}
      {command.code && <p className={decides ? ui.bad : ui.quiet}>{sentence(command)}</p>}
      <About command={command} />
      <Trouble error={repeat.failure ?? handOver.failure ?? confirm.failure} />
      {decides && (
        <div className={ui.row}>
          <HeldButton
            action="repeat"
            offers={offers}
            variant="light"
            held={held}
            onAct={() => repeat.run(command.command_id)}
          >
            {t(command.theirs ? 'attention.repeatMine' : 'attention.repeat')}
          </HeldButton>
          <HeldButton
            action="handOver"
            offers={offers}
            variant="default"
            held={held}
            onAct={() => handOver.run(command.command_id)}
          >
            {t('attention.handOver')}
          </HeldButton>
          <HeldButton
            action="discard"
            offers={offers}
            variant="default"
            held={held}
            onAct={() => setDiscarding(true)}
          >
            {t(command.theirs ? 'attention.keepTheirs' : 'attention.discard')}
          </HeldButton>
        </div>
      )}
      {command.state === 'draft' && !online && (
        <p id={waits} className={ui.quiet}>
          {waiting}
        </p>
      )}
      {command.state === 'draft' && (
        <div className={ui.row}>
          <Button
            variant="light"
            aria-disabled={busy || !online}
            aria-describedby={online ? undefined : waits}
            data-disabled={busy || !online || undefined}
            onClick={() => {
              if (!busy && online) confirm.run(command.command_id)
            }}
          >
            {t('attention.confirm')}
          </Button>
          <HeldButton
            action="discard"
            offers={offers}
            variant="default"
            held={held}
            onAct={() => setDiscarding(true)}
          >
            {t('attention.discard')}
          </HeldButton>
        </div>
      )}
      {discarding && <DiscardDialog command={command} onClose={() => setDiscarding(false)} />}
    </li>
  )
}
