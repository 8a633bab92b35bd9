import { IconClockExclamation } from '@tabler/icons-react'
import { Link } from 'wouter'
import { contacts, outcomes, type Promised } from '../api/contacts'
import { useDo } from '../api/queries'
import { aboutOf } from '../frame/offers'
import { accountPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { Pending } from '../ui/States'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** One promised call: when, to whom, what was promised, and what became of it. */
export function CallbackRow({ promise }: { promise: Promised }) {
  const { t } = useWords()
  const { when } = useFormats()
  const end = useDo(contacts.end)
  const bound = { callback_id: promise.callback_id, account: promise.account_number }
  return (
    <li>
      <span className={promise.overdue ? `${ui.state} ${ui.bad}` : undefined}>
        {promise.overdue && <IconClockExclamation size={16} aria-hidden />}
        {promise.overdue ? t('callback.overdue', { when: when(promise.due_at) }) : when(promise.due_at)}
      </span>
      <Link to={accountPlace(promise.account_number)}>
        {promise.name || '—'} · {promise.account_number}
      </Link>
      <span className={ui.quiet}>{promise.service_address}</span>
      <span className={ui.breaks}>{promise.text}</span>
      <span className={ui.quiet}>{promise.by}</span>
      {promise.pending && <Pending />}
      <Trouble error={end.failure} />
      <span className={ui.row}>
        {outcomes.map((outcome) => (
          <Gated
            key={outcome}
            kind="callback.done"
            action="endCallback"
            of={`${t(`outcome.${outcome}`)} · ${when(promise.due_at)}`}
            about={aboutOf(promise)}
            args={bound}
            size="compact-xs"
            variant="default"
            label={t('callback.named', { action: t(`outcome.${outcome}`), name: promise.name })}
            onAct={() => {
              if (!end.busy) end.run({ ...bound, outcome })
            }}
          >
            {t(`outcome.${outcome}`)}
          </Gated>
        ))}
      </span>
    </li>
  )
}
