import {
  IconCircleDashed,
  IconCircleFilled,
  IconClockHour4,
  IconEyeOff,
  IconLock,
  IconLockX,
} from '@tabler/icons-react'
import type { PortalStatus as Status } from '../api/search'
import { useWords } from '../i18n/words'
import css from './ui.module.css'

const marks = {
  enrolled: { Icon: IconCircleFilled, tone: css.good },
  pending: { Icon: IconClockHour4, tone: css.warn },
  unenrolled: { Icon: IconCircleDashed, tone: css.quiet },
  permanent_lock: { Icon: IconLockX, tone: css.bad },
  hidden: { Icon: IconEyeOff, tone: css.quiet },
} as const

/** Enrolled and the others, as icon and word; enrolled has the green dot. */
export function PortalStatus({ status }: { status: Status }) {
  const { t } = useWords()
  if (status === '') return null
  const { Icon, tone } = marks[status]
  return (
    <span className={css.state}>
      <Icon size={12} className={tone} aria-hidden />
      {t(`status.${status}`)}
    </span>
  )
}

export function LockedMark() {
  const { t } = useWords()
  return (
    <span className={`${css.state} ${css.bad}`}>
      <IconLock size={14} aria-hidden />
      {t('status.locked')}
    </span>
  )
}

/** Beside whatever was changed here and is not yet confirmed by the portal. */
export function Pending() {
  const { t } = useWords()
  return <span className={css.pending}>{t('state.notYet')}</span>
}
