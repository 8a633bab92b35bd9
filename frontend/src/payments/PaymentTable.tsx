import { Link } from 'wouter'
import type { PaymentOfAll } from '../api/payments'
import { aboutOf } from '../frame/offers'
import { accountPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import ui from '../ui/ui.module.css'
import { PaymentStatus } from './PaymentStatus'

interface Props {
  payments: readonly PaymentOfAll[]
  onCancel: (payment: PaymentOfAll) => void
}

/** Payments with whose they are. One that is scheduled can be cancelled; of any other the status says why not. */
export function PaymentTable({ payments, onCancel }: Props) {
  const { t, term } = useWords()
  const { money, date, when } = useFormats()
  const held = ({ status, verify_first: level }: PaymentOfAll) => {
    if (status !== 'scheduled') return t('payments.notScheduled', { status: term('paymentStatus', status) })
    return level > 0 ? t('verify.firstText', { level }) : undefined
  }
  const ofPayment = ({ verify_first, effective_on, amount_cents }: PaymentOfAll) =>
    [verify_first > 0 ? '' : money(amount_cents), date(effective_on)].filter(Boolean).join(' · ')
  return (
    <table className={ui.dense}>
      <thead>
        <tr>
          <th scope="col">{t('payment.effective')}</th>
          <th scope="col">{t('payment.status')}</th>
          <th scope="col" className={ui.number}>
            {t('payments.amount')}
          </th>
          <th scope="col">{t('payment.method')}</th>
          <th scope="col">{t('task.account')}</th>
          <th scope="col">{t('payments.customer')}</th>
          <th scope="col">{t('payment.made')}</th>
          <th scope="col">{t('payments.action')}</th>
        </tr>
      </thead>
      <tbody>
        {payments.map((payment) => (
          <tr key={payment.payment_id}>
            <td className={ui.nowrap}>{date(payment.effective_on) || '—'}</td>
            <td>
              <PaymentStatus status={payment.status} />
            </td>
            {payment.verify_first > 0 ? (
              <td colSpan={2} className={ui.quiet}>
                {t('verify.firstShort')}
              </td>
            ) : (
              <>
                <td className={ui.money}>{money(payment.amount_cents)}</td>
                <td>{term('method', payment.method)}</td>
              </>
            )}
            <td>
              <Link to={accountPlace(payment.account_number, 'billing')}>{payment.account_number}</Link>
            </td>
            <td>
              {payment.name}
              <div className={ui.fine}>{payment.service_address}</div>
            </td>
            <td className={ui.nowrap}>{when(payment.created_at)}</td>
            <td>
              <Gated
                kind="payment.cancel"
                action="cancelPayment"
                of={ofPayment(payment)}
                about={aboutOf(payment)}
                args={{ payment_id: payment.payment_id, account: payment.account_number }}
                size="xs"
                variant="default"
                label={
                  payment.verify_first > 0
                    ? t('payments.cancelOf', { account: payment.account_number })
                    : t('payments.cancelNamed', {
                        amount: money(payment.amount_cents),
                        account: payment.account_number,
                      })
                }
                held={held(payment)}
                onAct={() => onCancel(payment)}
              >
                {t('payments.cancel')}
              </Gated>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
