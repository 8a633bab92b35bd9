import type { AccountView } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Empty, Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { BillChart } from './BillChart'
import { BillTable } from './BillTable'
import { OlderBilling, useOlderBills } from './OlderBilling'

/** History of bills with their segments, payments and adjustments. */
export function Billing({ view }: { view: AccountView }) {
  const { t, term } = useWords()
  const { money, date, when } = useFormats()
  const account = view.account.account_number
  const older = useOlderBills(account)
  const bills = [...view.bills, ...older.pages.flatMap((page) => page.bills)]
  const payments = [...view.payments, ...older.pages.flatMap((page) => page.payments)]
  const adjustments = [...view.adjustments, ...older.pages.flatMap((page) => page.adjustments)]
  return (
    <div className={ui.stack}>
      {view.bills.length > 1 && <BillChart bills={view.bills} />}
      <Panel
        title={t('bill.bills')}
        flush
        aside={
          <span className={ui.row}>
            <CsvButton table={{ name: 'bills', account }} what={t('bill.bills')} />
            <CsvButton table={{ name: 'segments', account }} what={t('bill.segments')} named />
          </span>
        }
      >
        {bills.length === 0 ? <Empty title={t('bill.none')} /> : <BillTable number={account} bills={bills} />}
      </Panel>
      <Panel
        title={t('payment.title')}
        flush
        aside={<CsvButton table={{ name: 'payments', account }} what={t('payment.title')} />}
      >
        {payments.length === 0 ? (
          <Empty title={t('payment.none')} />
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{t('payment.effective')}</th>
                <th scope="col">{t('payment.status')}</th>
                <th scope="col">{t('payment.method')}</th>
                <th scope="col">{t('payment.made')}</th>
                <th scope="col" className={ui.number}>
                  {t('amount')}
                </th>
              </tr>
            </thead>
            <tbody>
              {payments.map((payment) => (
                <tr key={payment.payment_id}>
                  <td>{date(payment.effective_on)}</td>
                  <td>{term('paymentStatus', payment.status)}</td>
                  <td>{term('method', payment.method)}</td>
                  <td>{when(payment.created_at)}</td>
                  <td className={ui.money}>{money(payment.amount_cents)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <Panel
        title={t('adjustment.title')}
        flush
        aside={<CsvButton table={{ name: 'adjustments', account }} what={t('adjustment.title')} />}
      >
        {adjustments.length === 0 ? (
          <Empty title={t('adjustment.none')} />
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{t('date')}</th>
                <th scope="col">{t('kind')}</th>
                <th scope="col">{t('bill.description')}</th>
                <th scope="col" className={ui.number}>
                  {t('amount')}
                </th>
              </tr>
            </thead>
            <tbody>
              {adjustments.map((adjustment) => (
                <tr key={adjustment.adjustment_id}>
                  <td>{date(adjustment.on)}</td>
                  <td>{term('adjustment', adjustment.kind)}</td>
                  <td>{adjustment.description}</td>
                  <td className={ui.money}>{money(adjustment.amount_cents)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <OlderBilling {...older} />
    </div>
  )
}
