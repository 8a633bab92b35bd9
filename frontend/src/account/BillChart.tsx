import type { Bill } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { Bars } from '../usage/Bars'

const shown = 25

/** The bills' totals, oldest first. The table below says the same in figures. */
export function BillChart({ bills }: { bills: readonly Bill[] }) {
  const { t } = useWords()
  const { money, date } = useFormats()
  const series = bills.slice(0, shown).reverse()
  const most = money(Math.max(...series.map((bill) => bill.total_cents), 0))
  const first = date(series[0]?.issued_on ?? '')
  const last = date(series.at(-1)?.issued_on ?? '')
  return (
    <Panel title={t('bill.history')} aside={<span className={ui.quiet}>{t('usage.highest', { most })}</span>}>
      <Bars
        label={t('bill.chart', { count: series.length, from: first, to: last, most })}
        first={first}
        last={last}
        bars={series.map((bill) => ({
          key: bill.bill_id,
          value: bill.total_cents,
          hollow: bill.estimated,
          title: `${date(bill.issued_on)}: ${money(bill.total_cents)}`,
        }))}
      />
    </Panel>
  )
}
