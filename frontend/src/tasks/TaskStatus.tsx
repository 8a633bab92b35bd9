import {
  IconBan,
  IconCircle,
  IconCircleCheck,
  IconCircleHalf2,
  IconCircleX,
  IconUserQuestion,
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

/** What a task has come to, or that it waits for a second person. */
export function TaskStatus({
  task: { status, needs_second },
}: {
  task: Pick<Task, 'status' | 'needs_second'>
}) {
  const { t } = useWords()
  const { Icon, tone } = needs_second ? { Icon: IconUserQuestion, tone: ui.warn } : marks[status]
  return (
    <span className={ui.state}>
      <Icon size={15} className={tone} aria-hidden />
      {t(needs_second ? 'taskStatus.second' : `taskStatus.${status}`)}
    </span>
  )
}
