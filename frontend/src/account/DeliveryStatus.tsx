import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockHour4,
  IconMailOpened,
  IconSend,
  type Icon,
} from '@tabler/icons-react'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

const marks: Record<string, { Icon: Icon; tone: string | undefined }> = {
  queued: { Icon: IconSend, tone: ui.warn },
  deferred: { Icon: IconClockHour4, tone: ui.warn },
  delivered: { Icon: IconCircleCheck, tone: ui.good },
  opened: { Icon: IconMailOpened, tone: ui.good },
  bounced: { Icon: IconAlertTriangle, tone: ui.bad },
}

/** Whether a message arrived, as icon and word. */
export function DeliveryStatus({ status }: { status: string }) {
  const { term } = useWords()
  const mark = marks[status]
  return (
    <span className={ui.state}>
      {mark && <mark.Icon size={15} className={mark.tone} aria-hidden />}
      {term('delivery', status)}
    </span>
  )
}

const sayings = {
  queued: 'sent.say.queued',
  deferred: 'sent.say.deferred',
  delivered: 'sent.say.delivered',
  opened: 'sent.say.opened',
  bounced: 'sent.say.bounced',
} as const

const isSaid = (status: string): status is keyof typeof sayings => status in sayings

/** The sentence for the caller: what became of the message, and what to do. */
export function sayOf(status: string) {
  return isSaid(status) ? sayings[status] : 'sent.say.unknown'
}
