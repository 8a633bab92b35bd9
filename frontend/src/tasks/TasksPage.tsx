import { Button } from '@mantine/core'
import { useStatus, useTasks } from '../api/queries'
import frame from '../frame/Frame.module.css'
import { useListFilters } from '../frame/listFilters'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Empty } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { anyTask, TaskFilters, type TaskFilter } from './TaskFilters'
import { pageSize, TaskPages } from './TaskPages'
import { TaskTable } from './TaskTable'

/** The tasks that the filters choose, to be written as a table. */
function tableOf({ by, kind, status, csr, assignee, account, user, from, to }: Record<TaskFilter, string>) {
  const some = (words: string) => words.split(',').filter(Boolean)
  const tasks = {
    By: by,
    Kinds: some(kind),
    Statuses: some(status),
    CSR: csr,
    Assignee: assignee,
    WebUser: user,
  }
  return { name: 'tasks', account, from, to, tasks } as const
}

/** The Self-Service Task Query over all accounts. */
export default function TasksPage() {
  const { t } = useWords()
  const { when, number } = useFormats()
  const { filters, offset, filter, turn } = useListFilters(anyTask)
  const { data: page, error } = useTasks({ ...filters, limit: pageSize, offset })
  const asOf = useStatus().data?.as_of ?? 0

  return (
    <div className={frame.page}>
      <div className={ui.row}>
        <h1>{t('tasks.title')}</h1>
        <span className={ui.quiet} role="status">
          {page &&
            t(page.more ? 'taskQuery.more' : 'tasks.count', { count: page.total, shown: number(page.total) })}
          {asOf > 0 && ` · ${t('strip.asOf', { when: when(asOf) })}`}
        </span>
        <CsvButton table={tableOf(filters)} what={t('tasks.title')} />
      </div>
      <TaskFilters filters={filters} onFilter={filter} />
      <Trouble error={error} />
      {page && (
        <div className={`${ui.panel} ${ui.scroll}`}>
          {page.rows.length === 0 ? (
            <Empty title={t('tasks.none')}>
              <p>{t('tasks.noneText')}</p>
              <Button onClick={() => filter(anyTask)}>{t('tasks.showAll')}</Button>
            </Empty>
          ) : (
            <TaskTable tasks={page.rows} />
          )}
        </div>
      )}
      {page && <TaskPages offset={offset} total={page.total} onTurn={turn} />}
      {page?.more && offset + pageSize >= page.total && <p className={ui.quiet}>{t('taskQuery.narrow')}</p>}
    </div>
  )
}
