import { Link } from 'wouter'
import { useCallbacks } from '../api/contacts'
import { useAttention, useOutbox, usePolicy, useSession, useTasks } from '../api/queries'
import type { Command } from '../api/tasks'
import { CallbackRow } from '../contact/Callbacks'
import frame from '../frame/Frame.module.css'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { unfinished } from '../tasks/TaskFilters'
import { TaskItem } from '../tasks/TaskItem'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Home.module.css'

const shown = 6

/** What waits for whoever is signed in, each with the way to it. */
export default function HomePage() {
  const { t } = useWords()
  const user = useSession().data?.user
  return (
    <div className={frame.page}>
      <h1>{t('frame.home')}</h1>
      <Announcement />
      <div className={css.grid}>
        <Callbacks />
        <Waiting title={t('rail.attention')} none={t('attention.none')} of={useAttention()} />
        <Waiting title={t('home.unsent')} none={t('attention.allSent')} of={useOutbox()} />
        {user && <MyTasks csr={user.id} />}
      </div>
    </div>
  )
}

/** What the utility has to say to everybody. */
function Announcement() {
  const { language } = useWords()
  const words = usePolicy(language).data?.announcement
  if (!words) return null
  return <p className={`${ui.alert} ${ui.caution}`}>{words}</p>
}

function Callbacks() {
  const { t } = useWords()
  const { data: due, error } = useCallbacks()
  const data = due?.rows
  return (
    <Panel title={t('callback.due')} flush aside={<Count of={data?.length} />}>
      <Trouble error={error} />
      {data?.length === 0 && <Empty title={t('callback.none')} />}
      <ul className={css.items}>
        {data?.map((promise) => (
          <CallbackRow key={promise.callback_id} promise={promise} />
        ))}
      </ul>
    </Panel>
  )
}

interface WaitingProps {
  title: string
  none: string
  of: { data: readonly Command[] | undefined; error: unknown }
}

function Waiting({ title, none, of: { data, error } }: WaitingProps) {
  const { t, term } = useWords()
  const { when } = useFormats()
  return (
    <Panel title={title} flush aside={<Count of={data?.length} to="/attention" />}>
      <Trouble error={error} />
      {data?.length === 0 && <Empty title={none} />}
      <ul className={css.items}>
        {data?.slice(0, shown).map((command) => (
          <li key={command.command_id}>
            <Link to="/attention">{term('command', command.kind)}</Link>
            <span className={ui.quiet}>{[command.name, command.account].filter(Boolean).join(' · ')}</span>
            <span className={ui.quiet}>{when(command.created_at)}</span>
          </li>
        ))}
      </ul>
      {(data?.length ?? 0) > shown && (
        <p className={css.more}>{t('home.more', { count: (data?.length ?? 0) - shown })}</p>
      )}
    </Panel>
  )
}

/** What somebody has still to do of what they made or what is theirs to do, a customer's request too. */
function MyTasks({ csr }: { csr: string }) {
  const { t } = useWords()
  const { data, error } = useTasks({ of: csr, status: unfinished, limit: shown, offset: 0 })
  return (
    <Panel title={t('home.tasks')} flush aside={<Count of={data?.total} />}>
      <Trouble error={error} />
      {data?.rows.length === 0 && <Empty title={t('tasks.noneOpen')} />}
      <ul className={css.items}>
        {data?.rows.map((task) => (
          <TaskItem key={task.task_id} task={task} />
        ))}
      </ul>
    </Panel>
  )
}

function Count({ of, to }: { of: number | undefined; to?: string }) {
  const { number } = useFormats()
  const { t } = useWords()
  if (of === undefined) return null
  if (to === undefined || of === 0) return <span className={ui.quiet}>{number(of)}</span>
  return <Link to={to}>{t('home.all', { count: of, shown: number(of) })}</Link>
}
