import { IconArrowLeft } from '@tabler/icons-react'
import { Link } from 'wouter'
import { useTask } from '../api/queries'
import type { TaskView } from '../api/tasks'
import { VerifyFirst } from '../contact/VerifyFirst'
import frame from '../frame/Frame.module.css'
import { useActions } from '../frame/offers'
import { accountPlace, receiptPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Detail } from '../ui/Changes'
import { CopyId } from '../ui/CopyId'
import { Facts, Panel } from '../ui/Panel'
import { Pending } from '../ui/States'
import { Subject } from '../ui/Subject'
import { Trouble } from '../ui/Trouble'
import { Who } from '../ui/Who'
import ui from '../ui/ui.module.css'
import { TaskActions } from './TaskActions'
import { TaskComments } from './TaskComments'
import { TaskStatus } from './TaskStatus'

/** One self-service task: who made it for whom, what it changed, what was said about it, and what can be done about it. */
export default function TaskPage({ id }: { id: string }) {
  const { t, term } = useWords()
  const { data: task, error } = useTask(id)
  const back = () => window.history.back()
  useActions({ back: { run: back } })
  return (
    <div className={frame.page}>
      <div className={ui.row}>
        <button type="button" className={`${ui.link} ${ui.state}`} onClick={back}>
          <IconArrowLeft size={16} aria-hidden />
          {t('taskPage.back')}
        </button>
      </div>
      <Trouble error={error} />
      {task && (
        <>
          <div className={ui.row}>
            <h1>{term('task', task.kind)}</h1>
            <TaskStatus task={task} />
            <Who
              kind={task.created_by}
              name={task.created_by === 'csr' ? t(`origin.${task.origin}`) : undefined}
            />
            {task.pending && <Pending />}
          </div>
          <div className={ui.subject}>
            <Subject name={task.name || '—'} account={task.account_number} address={task.service_address} />
          </div>
          {task.verify_first > 0 ? (
            <VerifyFirst level={task.verify_first}>
              <Link to={accountPlace(task.account_number, 'tasks')}>{t('taskPage.openAccount')}</Link>
            </VerifyFirst>
          ) : (
            <Whole task={task} />
          )}
        </>
      )}
    </div>
  )
}

function Whole({ task }: { task: TaskView }) {
  const { t } = useWords()
  return (
    <>
      {task.needs_second && <p>{t('taskPage.second', { csr: task.csr_id })}</p>}
      <TaskActions task={task} />
      <Panel title={t('taskPage.attribution')}>
        <Attribution task={task} />
      </Panel>
      <Panel title={t('taskPage.changes')}>
        {task.asked && <p className={ui.quiet}>{t('taskPage.asked')}</p>}
        {task.detail ? (
          <Detail detail={task.detail} />
        ) : (
          <p className={ui.quiet}>{t('taskPage.noChanges')}</p>
        )}
      </Panel>
      <TaskComments task={task} />
    </>
  )
}

function Attribution({ task }: { task: TaskView }) {
  const { t } = useWords()
  const { when } = useFormats()
  const { session } = task
  return (
    <Facts
      facts={[
        [t('taskPage.id'), <CopyId key="id" id={task.task_id} label={t('taskPage.id')} />],
        [t('task.when'), when(task.created_at)],
        [t('task.webUserId'), task.web_user_id],
        [t('task.email'), task.email ?? t('notApplicable')],
        [t('task.ip'), task.ip],
        [t('task.selfServiceUserId'), [task.self_service_user_id, task.username].filter(Boolean).join(' · ')],
        [
          t('taskPage.session'),
          task.session_id === '' ? (
            ''
          ) : (
            <Link key="session" to={receiptPlace(task.session_id)}>
              {session
                ? `${session.csr_id} · ${when(session.granted_at)} · ${session.reason || task.session_id}`
                : task.session_id}
            </Link>
          ),
        ],
        [t('taskQuery.assignee'), task.assignee],
        [
          t('taskPage.handled'),
          task.handled_at > 0 ? `${when(task.handled_at)}${task.handled_by && ` · ${task.handled_by}`}` : '',
        ],
        [t('taskDo.words'), task.words],
        [
          t('task.account'),
          <Link key="account" to={accountPlace(task.account_number, 'tasks')}>
            {task.account_number}
          </Link>,
        ],
      ]}
    />
  )
}
