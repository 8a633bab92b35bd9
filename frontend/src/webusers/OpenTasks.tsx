import { Link } from 'wouter'
import type { WebUser } from '../api/account'
import { taskPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'

/** A web user's tasks that are open or not final, each with a way to it (R37). */
export function OpenTasks({ user }: { user: WebUser }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  if (user.open_tasks === 0) return <span>{t('tasks.noneOpen')}</span>
  return (
    <ul>
      {user.tasks.map((task) => (
        <li key={task.task_id}>
          <Link to={taskPlace(task.task_id)}>{term('task', task.kind)}</Link>{' '}
          {term('taskStatus', task.status)} · {when(task.created_at)}
        </li>
      ))}
      {user.open_tasks > user.tasks.length && (
        <li>{t('webUsers.moreTasks', { count: user.open_tasks - user.tasks.length })}</li>
      )}
    </ul>
  )
}
