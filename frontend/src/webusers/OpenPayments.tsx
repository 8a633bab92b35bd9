import type { Payment } from '../api/account'
import type { OpenPaymentsPolicy } from '../api/webusers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

interface Props {
  payments: readonly Payment[]
  how: OpenPaymentsPolicy
}

/** What is scheduled or pending before the portal account goes, and what becomes of each by policy (R52). */
export function OpenPayments({ payments, how }: Props) {
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
            <th scope="col">{t('webUsers.becomes')}</th>
          </tr>
        </thead>
        <tbody>
          {payments.map((each) => (
            <tr key={each.payment_id}>
              <td>{each.account_number}</td>
              <td>{term('paymentStatus', each.status)}</td>
              <td>{date(each.effective_on) || '—'}</td>
              <td className={ui.money}>{money(each.amount_cents)}</td>
              <td>{t(`webUsers.becomes.${how}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
