import { Fragment } from 'react'
import type { Bill } from '../api/account'
import { useExplanation } from '../api/queries'
import type { Explanation } from '../api/usage'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Usage.module.css'

interface Props {
  number: string
  bill: Bill
  /** The bill that it is compared with, by its ID: among those that the page shows. */
  find: (id: string) => Bill | undefined
}

/** Why a bill is higher or lower than the one before, in words for a caller, and to the cent. */
export function ExplainBill({ number, bill, find }: Props) {
  const { t } = useWords()
  const { money, date } = useFormats()
  const { data: why, error } = useExplanation(number, bill.bill_id)
  if (error) return <Trouble error={error} />
  if (!why) return null
  const before = find(why.against)
  const amount = money(Math.abs(why.change_cents))
  const key =
    why.change_cents === 0 ? 'explain.same' : why.change_cents > 0 ? 'explain.higher' : 'explain.lower'
  return (
    <section aria-label={t('explain.of', { date: date(bill.issued_on) })} className={ui.stack}>
      <h3>{t(key, { amount, date: date(before?.issued_on ?? '') })}</h3>
      <Causes why={why} />
      {why.after_estimate && <p>{t('explain.afterEstimate')}</p>}
      {why.estimated && <p>{t('explain.estimated')}</p>}
    </section>
  )
}

function Causes({ why }: { why: Explanation }) {
  const { t, term } = useWords()
  const { money, number, price } = useFormats()
  const signed = (cents: number) => (cents > 0 ? `+${money(cents)}` : money(cents))
  const used = (quantity: number) =>
    t(quantity >= 0 ? 'explain.more' : 'explain.less', {
      quantity: `${number(Math.abs(quantity))} ${why.unit}`,
    })
  const priced =
    why.price_now > 0 && why.price_before > 0
      ? t('explain.price', { before: price(why.price_before), now: price(why.price_now), unit: why.unit })
      : t('explain.priceOnly')
  const usage = used(why.quantity)
  // What made no difference is left out; what nothing explains is always said.
  const causes = [
    { name: priced, cents: why.price_cents },
    { name: usage, cents: why.usage_cents },
    { name: t('explain.fixed'), cents: why.fixed_cents },
    { name: t('explain.fees'), cents: why.fees_cents },
    { name: t('explain.tax'), cents: why.tax_cents },
  ].filter(({ cents }) => cents !== 0)
  const parts =
    why.parts.length > 1 &&
    why.parts.map((part) => (
      <tr key={part.why} className={css.part}>
        <th scope="row">
          {t('explain.part', {
            cause:
              part.why === 'days' ? t('explain.days', { days: number(why.days) }) : term('cause', part.why),
            quantity: `${number(part.quantity)} ${why.unit}`,
          })}
        </th>
        <td className={ui.money}>
          <span className={ui.quiet}>{t('explain.about', { amount: signed(part.cents) })}</span>
        </td>
      </tr>
    ))
  return (
    <table className={css.causes}>
      <tbody>
        {causes.map(({ name, cents }) => (
          <Fragment key={name}>
            <tr>
              <th scope="row">{name}</th>
              <td className={ui.money}>{signed(cents)}</td>
            </tr>
            {name === usage && parts}
          </Fragment>
        ))}
        <tr>
          <th scope="row">{t(why.rest_cents === 0 ? 'explain.nothingLeft' : 'explain.rest')}</th>
          <td className={ui.money}>{signed(why.rest_cents)}</td>
        </tr>
        <tr>
          <th scope="row">
            <strong>{t('bill.change')}</strong>
          </th>
          <td className={ui.money}>
            <strong>{signed(why.change_cents)}</strong>
          </td>
        </tr>
      </tbody>
    </table>
  )
}
