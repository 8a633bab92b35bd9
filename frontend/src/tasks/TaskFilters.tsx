import { Button } from '@mantine/core'
import { useSession } from '../api/queries'
import { taskKinds, taskStatuses } from '../api/tasks'
import { useWords } from '../i18n/words'
import { Filters } from '../ui/Filters'

/** The filters of the task query that stand in the route, none of them chosen. */
export const anyTask = {
  by: '',
  kind: '',
  status: '',
  csr: '',
  assignee: '',
  account: '',
  user: '',
  from: '',
  to: '',
}
export type TaskFilter = keyof typeof anyTask

/** The two statuses of tasks that somebody can still act on. */
export const unfinished = 'open,in_progress'

interface Props {
  filters: Record<TaskFilter, string>
  onFilter: (changes: Partial<Record<TaskFilter, string>>) => void
}

/** What of the tasks of all accounts is listed. */
export function TaskFilters({ filters, onFilter }: Props) {
  const { t, term } = useWords()
  const me = useSession().data?.user?.id ?? ''
  const makers = [
    { value: '', label: t('tasks.anyone') },
    { value: 'csr', label: t('by.csr') },
    { value: 'customer', label: t('by.customer') },
    { value: 'system', label: t('by.system') },
  ]
  const statuses = [
    { value: '', label: t('tasks.anyStatus') },
    { value: unfinished, label: t('taskQuery.unfinished') },
    ...taskStatuses.map((each) => ({ value: each, label: t(`taskStatus.${each}`) })),
  ]
  const kinds = [
    { value: '', label: t('taskQuery.anyKind') },
    ...taskKinds.map((each) => ({ value: each, label: term('task', each) })),
  ]
  return (
    <Filters filters={filters} onFilter={onFilter}>
      {({ typed, chosen }) => (
        <>
          {chosen('by', t('task.by'), makers)}
          {chosen('status', t('task.status'), statuses)}
          {chosen('kind', t('taskQuery.kind'), kinds)}
          {typed('csr', t('tasks.csr'), 'CSR001')}
          {typed('assignee', t('taskQuery.assignee'), 'CSR001')}
          <Button
            variant="default"
            aria-pressed={me !== '' && filters.assignee === me}
            onClick={() => onFilter({ assignee: filters.assignee === me ? '' : me })}
          >
            {t('taskQuery.mine')}
          </Button>
          {typed('account', t('task.account'), '030000013')}
          {typed('user', t('taskQuery.user'), 'W00000001')}
          {typed('from', t('taskQuery.from'), t('taskQuery.day'))}
          {typed('to', t('taskQuery.to'), t('taskQuery.day'))}
        </>
      )}
    </Filters>
  )
}
