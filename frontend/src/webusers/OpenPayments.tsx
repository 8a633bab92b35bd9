import type { Payment } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

/** What is scheduled or pending, before the portal account goes. */
export function OpenPayments({ payments }: { payments: readonly Payment[] }) {
  const { t, term } = useWords()
  const { money, date } = useFormats()
  if (payments.length === 0) return <p>{t('webUsers.paymentsNone')}</p>
  return (
    <div className={ui.scroll}>
      <table aria-label={t('webUsers.paymentsOpen')}>
        <thead>
          <tr>
            <th scope="col">{t('account.number')}</th>
            <th scope="col">{t('payment.status')}</th>
            <th scope="col">{t('payment.effective')}</th>
            <th scope="col" className={ui.money}>
              {t('webUsers.amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {payments.map((each) => (
            <tr key={each.payment_id}>
              <td>{each.account_number}</td>
              <td>{term('paymentStatus', each.status)}</td>
              <td>{date(each.effective_on) || '—'}</td>
              <td className={ui.money}>{money(each.amount_cents)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
