import {
  IconBan,
  IconCircle,
  IconCircleCheck,
  IconCircleHalf2,
  IconCircleX,
  type Icon,
} from '@tabler/icons-react'
import type { Task } from '../api/tasks'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

const marks: Record<Task['status'], { Icon: Icon; tone: string | undefined }> = {
  open: { Icon: IconCircle, tone: ui.warn },
  in_progress: { Icon: IconCircleHalf2, tone: ui.warn },
  complete: { Icon: IconCircleCheck, tone: ui.good },
  rejected: { Icon: IconCircleX, tone: ui.bad },
  cancelled: { Icon: IconBan, tone: ui.quiet },
}

export function TaskStatus({ status }: { status: Task['status'] }) {
  const { t } = useWords()
  const { Icon, tone } = marks[status]
  return (
    <span className={ui.state}>
      <Icon size={15} className={tone} aria-hidden />
      {t(`taskStatus.${status}`)}
    </span>
  )
}
