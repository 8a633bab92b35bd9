import { Link } from 'wouter'
import type { Task } from '../api/tasks'
import { taskPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Pending } from '../ui/States'
import ui from '../ui/ui.module.css'
import { TaskStatus } from './TaskStatus'

/** A task in a short list, with the way to its page (R37). Of many accounts each says which it is about. */
export function TaskItem({ task, inAccount }: { task: Task; inAccount?: boolean }) {
  const { term } = useWords()
  const { when } = useFormats()
  return (
    <li>
      <Link to={taskPlace(task.task_id)}>{term('task', task.kind)}</Link>
      {task.pending && <Pending />}
      {!inAccount && <span className={ui.quiet}>{task.account_number}</span>}
      <TaskStatus task={task} />
      <span className={ui.quiet}>{when(task.created_at)}</span>
    </li>
  )
}
