import { Textarea } from '@mantine/core'
import { desk } from '../api/desk'
import type { PaymentOfAll } from '../api/payments'
import { useDo } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Subject } from '../ui/Subject'

/** Asks before a scheduled payment is taken back. The portal does it at once, or says why it cannot. */
export function CancelPaymentDialog({ payment, onClose }: { payment: PaymentOfAll; onClose: () => void }) {
  const { t, term } = useWords()
  const { money, date } = useFormats()
  const { say } = useNotice()
  const form = useKeptForm(`payment cancel ${payment.payment_id}`, { words: '' })
  const { words } = form.values
  const { payment_id, account_number: account } = payment
  const cancel = useDo(desk.cancelPayment, () => {
    form.drop()
    say(t('payments.cancelled', { amount: money(payment.amount_cents), account }))
    onClose()
  })
  return (
    <Dialog
      title={t('payments.cancelTitle')}
      subject={<Subject name={payment.name} account={account} address={payment.service_address} />}
      yes={t('payments.cancelYes')}
      no={t('payments.cancelNo')}
      color="danger"
      ready
      busy={cancel.busy}
      error={cancel.failure}
      form={form}
      onYes={() => cancel.run({ payment_id, account, words: words.trim() })}
      onClose={onClose}
    >
      <p>
        {t('payments.cancelText', {
          amount: money(payment.amount_cents),
          method: term('method', payment.method),
          day: date(payment.effective_on),
        })}
      </p>
      <Textarea
        data-autofocus
        label={t('reason.words')}
        rows={2}
        maxLength={500}
        value={words}
        onChange={(event) => form.set({ words: event.currentTarget.value })}
      />
    </Dialog>
  )
}
