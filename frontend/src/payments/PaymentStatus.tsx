import {
  IconArrowBackUp,
  IconBan,
  IconCalendarTime,
  IconCircleCheck,
  IconCircleHalf2,
  type Icon,
} from '@tabler/icons-react'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

const marks: Record<string, { Icon: Icon; tone: string | undefined }> = {
  scheduled: { Icon: IconCalendarTime, tone: ui.warn },
  pending: { Icon: IconCircleHalf2, tone: ui.warn },
  posted: { Icon: IconCircleCheck, tone: ui.good },
  returned: { Icon: IconArrowBackUp, tone: ui.bad },
  cancelled: { Icon: IconBan, tone: ui.quiet },
}

/** What became of a payment, as icon and word. */
export function PaymentStatus({ status }: { status: string }) {
  const { term } = useWords()
  const mark = marks[status]
  return (
    <span className={ui.state}>
      {mark && <mark.Icon size={15} className={mark.tone} aria-hidden />}
      {term('paymentStatus', status)}
    </span>
  )
}
