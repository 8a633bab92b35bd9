import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconCircleCheck,
  IconClockHour4,
  IconCloudOff,
  IconMailOff,
  IconMailOpened,
  IconQuestionMark,
  IconSend,
  type Icon,
} from '@tabler/icons-react'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

const marks: Record<string, { Icon: Icon; tone: string | undefined }> = {
  kept: { Icon: IconCloudOff, tone: ui.warn },
  queued: { Icon: IconSend, tone: ui.warn },
  accepted: { Icon: IconCheck, tone: ui.good },
  deferred: { Icon: IconClockHour4, tone: ui.warn },
  delivered: { Icon: IconCircleCheck, tone: ui.good },
  opened: { Icon: IconMailOpened, tone: ui.good },
  bounced: { Icon: IconAlertTriangle, tone: ui.bad },
  refused: { Icon: IconMailOff, tone: ui.bad },
  withdrawn: { Icon: IconBan, tone: ui.warn },
  unknown: { Icon: IconQuestionMark, tone: ui.warn },
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

/** Why a message has or had a status: in the window's words, then in the mail server's own. */
export function Reason({ of }: { of: { why: string; words: string } }) {
  const { term } = useWords()
  const said = [of.why && term('why', of.why), of.words].filter(Boolean)
  return said.length > 0 && <>: {said.join('. ')}</>
}

/** What a message has come to: the portal cannot send one of which it has not heard. */
export function statusOf({ status, pending }: { status: string; pending: boolean }): string {
  return pending && status === 'queued' ? 'kept' : status
}

const sayings = {
  kept: 'sent.say.kept',
  queued: 'sent.say.queued',
  accepted: 'sent.say.accepted',
  deferred: 'sent.say.deferred',
  delivered: 'sent.say.delivered',
  opened: 'sent.say.opened',
  bounced: 'sent.say.bounced',
  refused: 'sent.say.refused',
  withdrawn: 'sent.say.withdrawn',
} as const

const isSaid = (status: string): status is keyof typeof sayings => status in sayings

/** The sentence for the caller: what became of the message, and what to do. */
export function sayOf(status: string) {
  return isSaid(status) ? sayings[status] : 'sent.say.unknown'
}
