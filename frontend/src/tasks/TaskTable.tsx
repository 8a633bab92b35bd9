import { Link } from 'wouter'
import type { Task } from '../api/tasks'
import { accountPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CopyId } from '../ui/CopyId'
import { Pending } from '../ui/States'
import { Who } from '../ui/Who'
import ui from '../ui/ui.module.css'
import { TaskStatus } from './TaskStatus'

interface Props {
  tasks: readonly Task[]
  /** On an account's own page its number is not said again, and there is less room. */
  inAccount?: boolean
}

/** Self-service tasks with the four facts of attribution, told apart by who made them. */
export function TaskTable({ tasks, inAccount }: Props) {
  const { t, term } = useWords()
  const { when } = useFormats()
  return (
    <table className={ui.dense}>
      <thead>
        <tr>
          <th scope="col">{t('task.task')}</th>
          <th scope="col">{t('task.status')}</th>
          {!inAccount && <th scope="col">{t('task.account')}</th>}
          {!inAccount && <th scope="col">{t('task.when')}</th>}
          <th scope="col">{t('task.by')}</th>
          <th scope="col">{t('task.webUserId')}</th>
          <th scope="col">{t('task.email')}</th>
          <th scope="col">{t('task.ip')}</th>
          <th scope="col">{t('task.selfServiceUserId')}</th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <tr key={task.task_id}>
            <td>
              {term('task', task.kind)} {task.pending && <Pending />}
              {inAccount && <div className={ui.quiet}>{when(task.created_at)}</div>}
            </td>
            <td>
              <TaskStatus status={task.status} />
            </td>
            {!inAccount && (
              <td>
                <Link to={accountPlace(task.account_number, 'tasks')}>{task.account_number}</Link>
              </td>
            )}
            {!inAccount && <td>{when(task.created_at)}</td>}
            <td>
              <Who
                kind={task.created_by}
                name={task.created_by === 'csr' ? t(`origin.${task.origin}`) : undefined}
              />
            </td>
            <td className={ui.breaks}>{task.web_user_id || '—'}</td>
            <td className={ui.breaks}>{task.email ?? <span className={ui.quiet}>{t('notApplicable')}</span>}</td>
            <td>{task.ip || '—'}</td>
            <td>
              {task.self_service_user_id ? (
                <CopyId id={task.self_service_user_id} label={t('task.selfServiceUserId')} />
              ) : (
                '—'
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
