import type { Bill } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import css from './Account.module.css'

const shown = 25
const fewest = 12
const height = 88
const step = 24

/** The bills' totals, oldest first. The table below says the same in figures. */
export function BillChart({ bills }: { bills: readonly Bill[] }) {
  const { t } = useWords()
  const { money, date } = useFormats()
  const series = bills.slice(0, shown).reverse()
  const most = Math.max(...series.map((bill) => bill.total_cents), 1)
  const slots = Math.max(series.length, fewest)
  const first = series[0]
  const last = series.at(-1)
  return (
    <Panel title={t('bill.history')}>
      <svg
        className={css.bars}
        viewBox={`0 0 ${slots * step} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('bill.chart', {
          count: series.length,
          from: date(first?.issued_on ?? ''),
          to: date(last?.issued_on ?? ''),
          most: money(most),
        })}
      >
        {series.map((bill, at) => {
          const tall = Math.max((Math.max(bill.total_cents, 0) / most) * height, 1)
          return (
            <rect
              key={bill.bill_id}
              className={bill.estimated ? css.estimated : undefined}
              x={at * step + 1}
              y={height - tall}
              width={step - 6}
              height={tall}
            >
              <title>{`${date(bill.issued_on)}: ${money(bill.total_cents)}`}</title>
            </rect>
          )
        })}
      </svg>
    </Panel>
  )
}
