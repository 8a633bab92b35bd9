import { Button } from '@mantine/core'
import { OlderBilling, useOlderBills } from '../account/OlderBilling'
import { useUsage } from '../api/queries'
import { usePlace } from '../frame/place'
import { useWords } from '../i18n/words'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { Comparison } from './Comparison'
import { Intervals } from './Intervals'
import { UsageHistory } from './UsageHistory'
import css from './Usage.module.css'
import { UsageTable } from './UsageTable'

/** What the account used, service by service: over time, compared, and interval by interval on demand. */
export function Usage({ number }: { number: string }) {
  const { t, term } = useWords()
  const { filters, set } = usePlace()
  const older = useOlderBills(number)
  const { data: view, error } = useUsage(number, older.pages.length)
  if (error) return <Trouble error={error} />
  if (!view) return null
  const name = ({ service, unit }: { service: string; unit: string }) => `${service} ${unit}`
  const chosen = view.services.find((one) => name(one) === filters.get('service')) ?? view.services[0]
  const period = chosen?.rows.find(({ from }) => from === filters.get('period')) ?? chosen?.rows[0]
  return (
    <div className={`${ui.stack} ${css.tab}`}>
      {view.services.length > 1 && (
        <div className={ui.row} role="group" aria-label={t('usage.service')}>
          {view.services.map((one) => (
            <Button
              key={name(one)}
              size="xs"
              variant={one === chosen ? 'filled' : 'default'}
              aria-pressed={one === chosen}
              onClick={() => set({ service: name(one), period: '', day: '' })}
            >
              {`${term('service', one.service)} (${one.unit})`}
            </Button>
          ))}
        </div>
      )}
      {!chosen || !period ? (
        <Panel title={t('usage.history')}>
          <Empty title={t('usage.none')}>{t('usage.noneText')}</Empty>
        </Panel>
      ) : (
        <>
          {chosen.rows.length > 1 && <UsageHistory usage={chosen} />}
          <Comparison usage={chosen} period={period} onPeriod={(from) => set({ period: from, day: '' })} />
          <UsageTable
            number={number}
            usage={chosen}
            period={period}
            onPeriod={(from) => set({ period: from, day: '' })}
          />
          <Intervals
            key={`${period.from} ${period.to}`}
            number={number}
            from={period.from}
            to={period.to}
            day={filters.get('day') ?? ''}
            onDay={(day) => set({ day })}
          />
        </>
      )}
      <OlderBilling {...older} />
    </div>
  )
}
