import type { AccountView } from '../api/account'
import { useWords } from '../i18n/words'
import { TaskTable } from '../tasks/TaskTable'
import { Empty, Panel } from '../ui/Panel'

export function AccountTasks({ view }: { view: AccountView }) {
  const { t } = useWords()
  return (
    <Panel title={t('tab.tasks')} flush>
      {view.tasks.length === 0 ? (
        <Empty title={t('tasks.none')} />
      ) : (
        <TaskTable tasks={view.tasks} inAccount />
      )}
    </Panel>
  )
}
