import { useTasks } from '../api/queries'
import { useListFilters } from '../frame/listFilters'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { pageSize, TaskPages } from '../tasks/TaskPages'
import { TaskTable } from '../tasks/TaskTable'
import { CsvButton } from '../ui/CsvButton'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** All tasks of one account, page by page, whoever made them. */
export function AccountTasks({ number }: { number: string }) {
  const { t } = useWords()
  const { number: figure } = useFormats()
  const { offset, turn } = useListFilters({})
  const { data: page, error } = useTasks({
    by: '',
    status: '',
    csr: '',
    account: number,
    limit: pageSize,
    offset,
  })
  if (error) return <Trouble error={error} />
  if (!page) return null
  return (
    <div className={ui.stack}>
      <Panel
        title={t('tab.tasks')}
        flush
        aside={
          <span className={ui.row}>
            <span className={ui.quiet} role="status">
              {t('tasks.count', { count: page.total, shown: figure(page.total) })}
            </span>
            <CsvButton table={{ name: 'tasks', account: number }} what={t('tab.tasks')} />
          </span>
        }
      >
        {page.rows.length === 0 ? (
          <Empty title={t('tasks.none')} />
        ) : (
          <TaskTable tasks={page.rows} inAccount />
        )}
      </Panel>
      <TaskPages offset={offset} total={page.total} onTurn={turn} />
    </div>
  )
}
