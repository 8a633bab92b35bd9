import { Button, Checkbox, NativeSelect } from '@mantine/core'
import { useActivity } from '../api/queries'
import { usePlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'
import { ActivityRows } from './ActivityRows'
import { OlderLog } from './OlderLog'

/** Everything that happened to the customer's portal account, by kind and by page. */
export function ActivityLog({ number }: { number: string }) {
  const { t, term } = useWords()
  const { number: figure } = useFormats()
  const { filters, set } = usePlace()
  const chosen = (filters.get('kind') ?? '').split(',').filter(Boolean)
  const page = Math.max(1, Number(filters.get('page')) || 1)
  const { data: log, error } = useActivity(number, chosen, page)
  if (error) return <Trouble error={error} />
  if (!log) return null
  const toggle = (kind: string) => {
    const next = chosen.includes(kind) ? chosen.filter((other) => other !== kind) : [...chosen, kind]
    set({ kind: next.join(','), page: '' })
  }
  const turn = (to: number) => set({ page: to === 1 ? '' : String(to) })
  return (
    <Panel
      title={t('tab.activity')}
      flush
      aside={
        <span className={ui.row}>
          <span className={ui.quiet} role="status">
            {t('activity.count', { count: log.total, shown: figure(log.total) })}
          </span>
          <CsvButton table={{ name: 'activity', account: number, kinds: chosen }} what={t('tab.activity')} />
        </span>
      }
    >
      {log.kinds.length > 0 && (
        <div className={css.kinds} role="group" aria-label={t('activity.kinds')}>
          {log.kinds.map(({ kind, count }) => (
            <Checkbox
              key={kind}
              label={`${term('activity', kind)} (${figure(count)})`}
              checked={chosen.includes(kind)}
              onChange={() => toggle(kind)}
            />
          ))}
        </div>
      )}
      {log.rows.length === 0 ? <Empty title={t('activity.none')} /> : <ActivityRows rows={log.rows} />}
      {log.pages > 1 && (
        <nav className={css.pages} aria-label={t('activity.pages')}>
          <Button
            variant="default"
            aria-disabled={page <= 1}
            data-disabled={page <= 1 || undefined}
            onClick={() => page > 1 && turn(page - 1)}
          >
            {t('activity.previous')}
          </Button>
          <NativeSelect
            size="xs"
            aria-label={t('activity.jump')}
            value={String(log.page)}
            data={Array.from({ length: log.pages }, (_, at) => ({
              value: String(at + 1),
              label: t('activity.page', { page: at + 1, pages: log.pages }),
            }))}
            onChange={(event) => turn(Number(event.currentTarget.value))}
          />
          <Button
            variant="default"
            aria-disabled={page >= log.pages}
            data-disabled={page >= log.pages || undefined}
            onClick={() => page < log.pages && turn(page + 1)}
          >
            {t('activity.next')}
          </Button>
        </nav>
      )}
      {page >= log.pages && <OlderLog key={chosen.join(',')} number={number} kinds={chosen} />}
    </Panel>
  )
}
