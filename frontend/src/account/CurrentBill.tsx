import type { Bill } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Empty, Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'

const day = 86_400_000

/** Days in a bill's period, whose end is the first day of the next one. */
function days(bill: Bill): number {
  return Math.round((Date.parse(bill.period_end) - Date.parse(bill.period_start)) / day) || 0
}

/** The newest bill beside the one before it. */
export function CurrentBill({ bills }: { bills: readonly Bill[] }) {
  const { t } = useWords()
  const { money, number, date } = useFormats()
  const [current, previous] = bills
  if (!current) {
    return (
      <Panel title={t('overview.bill')}>
        <Empty title={t('bill.none')} />
      </Panel>
    )
  }
  const signed = (value: number, shown: string) => (value > 0 ? `+${shown}` : shown)
  const usage = (bill: Bill | undefined) =>
    bill && bill.quantity !== null ? `${number(bill.quantity)} ${bill.unit}` : '—'
  const change = (of: (bill: Bill) => number, show: (value: number) => string) =>
    previous ? signed(of(current) - of(previous), show(of(current) - of(previous))) : '—'
  const rows = [
    [
      t('bill.total'),
      money(current.total_cents),
      previous ? money(previous.total_cents) : '—',
      change((b) => b.total_cents, money),
    ],
    [t('bill.usage'), usage(current), usage(previous), change((b) => b.quantity ?? 0, number)],
    [t('bill.days'), number(days(current)), previous ? number(days(previous)) : '—', change(days, number)],
  ] as const
  return (
    <Panel title={t('overview.bill')} flush>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('bill.bill')}</th>
            <th scope="col" className={ui.number}>
              {date(current.issued_on)}
            </th>
            <th scope="col" className={ui.number}>
              {previous ? date(previous.issued_on) : '—'}
            </th>
            <th scope="col" className={ui.number}>
              {t('bill.change')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, now, before, change]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className={ui.money}>
                <strong>{now}</strong>
              </td>
              <td className={ui.money}>{before}</td>
              <td className={ui.money}>{change}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}
