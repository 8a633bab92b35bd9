import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useStatus, useTasks } from '../api/queries'
import { taskStatuses } from '../api/tasks'
import frame from '../frame/Frame.module.css'
import { usePlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Empty } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { pageSize, TaskPages } from './TaskPages'
import { TaskTable } from './TaskTable'

/** The Self-Service Task Query. It opens on what CSRs did on customers' behalf. */
export default function TasksPage() {
  const { t } = useWords()
  const { when, number } = useFormats()
  const { filters, set } = usePlace()
  const by = filters.get('by') ?? ''
  const status = filters.get('status') ?? ''
  const csr = filters.get('csr') ?? ''
  const offset = Math.max(0, Number(filters.get('offset')) || 0)
  const [csrTyped, setCsrTyped] = useState(csr)
  const { data: page, error } = useTasks({ by, status, csr, account: '', limit: pageSize, offset })
  const asOf = useStatus().data?.as_of ?? 0
  const filter = (changes: Record<string, string>) => set({ ...changes, offset: '' })

  return (
    <div className={frame.page}>
      <h1>{t(by === 'csr' ? 'rail.tasks' : 'tasks.title')}</h1>
      <div className={ui.row} style={{ alignItems: 'end', gap: 12 }}>
        <NativeSelect
          label={t('task.by')}
          value={by}
          data={[
            { value: '', label: t('tasks.anyone') },
            { value: 'csr', label: t('by.csr') },
            { value: 'customer', label: t('by.customer') },
          ]}
          onChange={(event) => filter({ by: event.currentTarget.value })}
        />
        <NativeSelect
          label={t('task.status')}
          value={status}
          data={[
            { value: '', label: t('tasks.anyStatus') },
            ...taskStatuses.map((each) => ({ value: each, label: t(`taskStatus.${each}`) })),
          ]}
          onChange={(event) => filter({ status: event.currentTarget.value })}
        />
        <form
          onSubmit={(event) => {
            event.preventDefault()
            filter({ csr: csrTyped.trim() })
          }}
        >
          <TextInput
            label={t('tasks.csr')}
            placeholder="CSR001"
            value={csrTyped}
            onChange={(event) => setCsrTyped(event.currentTarget.value)}
            onBlur={() => filter({ csr: csrTyped.trim() })}
          />
        </form>
        <span className={ui.quiet} role="status">
          {page && t('tasks.count', { count: page.total, shown: number(page.total) })}
          {asOf > 0 && ` · ${t('strip.asOf', { when: when(asOf) })}`}
        </span>
        <CsvButton
          table={{ name: 'tasks', tasks: { By: by, Statuses: status === '' ? [] : [status], CSR: csr } }}
          what={t('tasks.title')}
        />
      </div>
      <Trouble error={error} />
      {page && (
        <div className={`${ui.panel} ${ui.scroll}`}>
          {page.rows.length === 0 ? (
            <Empty title={t('tasks.none')}>
              <p>{t('tasks.noneText')}</p>
              <Button
                onClick={() => {
                  setCsrTyped('')
                  filter({ by: '', status: '', csr: '' })
                }}
              >
                {t('tasks.showAll')}
              </Button>
            </Empty>
          ) : (
            <TaskTable tasks={page.rows} />
          )}
        </div>
      )}
      {page && (
        <TaskPages
          offset={offset}
          total={page.total}
          onTurn={(to) => set({ offset: to === 0 ? '' : String(to) })}
        />
      )}
    </div>
  )
}
