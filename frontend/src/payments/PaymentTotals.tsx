import type * as v from 'valibot'
import type { paymentPage } from '../api/payments'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

/** What the payments that are chosen come to, by status and together. */
export function PaymentTotals({ page }: { page: v.InferOutput<typeof paymentPage> }) {
  const { t, term } = useWords()
  const { money, number } = useFormats()
  if (page.verify_first > 0) {
    return (
      <p className={ui.quiet} role="status">
        {t('payments.count', { count: page.total, shown: number(page.total) })}{' '}
        {t('payments.verifyFirst', { level: page.verify_first })}
      </p>
    )
  }
  return (
    <p className={ui.row} role="status" style={{ gap: 20 }}>
      <strong>
        {t('payments.total', {
          count: page.total,
          shown: number(page.total),
          amount: money(page.amount_cents),
        })}
      </strong>
      {page.totals.length > 1 &&
        page.totals.map((each) => (
          <span key={each.status}>
            {term('paymentStatus', each.status)}: {number(each.count)} · {money(each.amount_cents)}
          </span>
        ))}
    </p>
  )
}
