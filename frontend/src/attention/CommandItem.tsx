import { Button } from '@mantine/core'
import { IconAlertTriangle, IconClockHour4, IconSend } from '@tabler/icons-react'
import { Link } from 'wouter'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import type { Command } from '../api/tasks'
import { accountPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Changes } from '../ui/Changes'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Attention.module.css'

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
  const discard = useDo(desk.discard)
  const what = term('command', command.kind)
  const Icon = decides ? IconAlertTriangle : command.state === 'sent' ? IconSend : IconClockHour4
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
      {command.code && <p className={decides ? ui.bad : ui.quiet}>{sentence(command)}</p>}
      {(command.before ?? command.after) && <Changes before={command.before} after={command.after} />}
      <Trouble error={repeat.failure ?? discard.failure} />
      {decides && (
        <div className={ui.row}>
          <Button variant="light" onClick={() => repeat.run(command.command_id)}>
            {t('attention.repeat')}
          </Button>
          <Button variant="default" onClick={() => discard.run(command.command_id)}>
            {t('attention.discard')}
          </Button>
        </div>
      )}
    </li>
  )
}
