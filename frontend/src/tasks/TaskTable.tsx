import { Link } from 'wouter'
import type { Task } from '../api/tasks'
import { accountPlace, taskPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CopyId } from '../ui/CopyId'
import { Heads } from '../ui/Heads'
import { Pending } from '../ui/States'
import { Who } from '../ui/Who'
import ui from '../ui/ui.module.css'
import { TaskStatus } from './TaskStatus'

interface Props {
  tasks: readonly Task[]
  /** On an account's own page its number is not said again, and there is less room. */
  inAccount?: boolean
}

/** Who signed in: an email address is cut, if it must be, behind its sign, a plain ID nowhere. */
function breakable(id: string) {
  const [name, ...rest] = id.split('@')
  if (rest.length === 0) return <span className={ui.nowrap}>{id}</span>
  return (
    <span className={ui.breaks}>
      {name}@<wbr />
      {rest.join('@')}
    </span>
  )
}

/** Self-service tasks with the four facts of attribution, told apart by who made them. */
export function TaskTable({ tasks, inAccount }: Props) {
  const { t, term } = useWords()
  const { when } = useFormats()
  return (
    <table className={ui.dense}>
      <Heads
        of={[
          t('task.task'),
          t('task.status'),
          ...(inAccount ? [] : [t('task.account'), t('task.when')]),
          t('task.by'),
          t('task.webUserId'),
          t('task.email'),
          t('task.ip'),
          t('task.selfServiceUserId'),
        ]}
      />
      <tbody>
        {tasks.map((task) => (
          <tr key={task.task_id}>
            <td>
              <Link to={taskPlace(task.task_id)}>{term('task', task.kind)}</Link>{' '}
              {task.pending && <Pending />}
              {inAccount && <div className={ui.fine}>{when(task.created_at)}</div>}
            </td>
            <td>
              <TaskStatus task={task} />
              {task.assignee !== '' && (
                <div className={ui.fine}>{t('taskQuery.with', { csr: task.assignee })}</div>
              )}
            </td>
            {!inAccount && (
              <td>
                <Link to={accountPlace(task.account_number, 'tasks')}>{task.account_number}</Link>
              </td>
            )}
            {!inAccount && <td className={ui.nowrap}>{when(task.created_at)}</td>}
            <td className={inAccount ? ui.folds : undefined}>
              <Who
                kind={task.created_by}
                name={task.created_by === 'csr' ? t(`origin.${task.origin}`) : undefined}
              />
            </td>
            {task.verify_first > 0 ? (
              <td colSpan={4} className={ui.quiet}>
                {t('verify.firstShort')}
              </td>
            ) : (
              <Attribution task={task} />
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The four facts of who did it, as the customer or as a CSR (R67). */
function Attribution({ task }: { task: Task }) {
  const { t } = useWords()
  return (
    <>
      <td>{task.web_user_id ? breakable(task.web_user_id) : '—'}</td>
      <td>
        {task.email === null ? (
          <span className={`${ui.quiet} ${ui.nowrap}`}>{t('notApplicable')}</span>
        ) : (
          breakable(task.email)
        )}
      </td>
      <td>{task.ip || '—'}</td>
      <td>
        {task.self_service_user_id ? (
          <CopyId id={task.self_service_user_id} label={t('task.selfServiceUserId')} />
        ) : (
          '—'
        )}
      </td>
    </>
  )
}
