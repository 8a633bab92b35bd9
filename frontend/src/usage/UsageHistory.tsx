import type { ServiceUsage } from '../api/usage'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { Bars } from './Bars'

const shown = 25

/** The service's periods, oldest first. The table below says the same in figures. */
export function UsageHistory({ usage }: { usage: ServiceUsage }) {
  const { t } = useWords()
  const { number, date } = useFormats()
  const series = usage.rows.slice(0, shown).reverse()
  const most = Math.max(...series.map(({ quantity }) => quantity), 0)
  const first = date(series[0]?.from ?? '')
  const last = date(series.at(-1)?.to ?? '')
  const highest = `${number(most)} ${usage.unit}`
  return (
    <Panel
      title={t('usage.history')}
      aside={<span className={ui.quiet}>{t('usage.highest', { most: highest })}</span>}
    >
      <Bars
        label={t('usage.chart', { count: series.length, from: first, to: last, most: highest })}
        first={first}
        last={last}
        bars={series.map((row) => ({
          key: row.from,
          value: row.quantity,
          hollow: row.quality === 'estimated',
          title: `${date(row.from)} – ${date(row.to)}: ${number(row.quantity)} ${usage.unit}`,
        }))}
      />
    </Panel>
  )
}
