import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { Fragment, useId, useState } from 'react'
import type { Bill } from '../api/account'
import { desk } from '../api/desk'
import { useActions } from '../frame/offers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useSave } from '../ui/SaveButton'
import ui from '../ui/ui.module.css'
import { ExplainBill } from '../usage/ExplainBill'
import usage from '../usage/Usage.module.css'
import css from './Account.module.css'

/** Bills, newest first; each opens to show the segments that make up its total. */
export function BillTable({ number, bills }: { number: string; bills: readonly Bill[] }) {
  const { t } = useWords()
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('bill.issued')}</th>
          <th scope="col">{t('bill.due')}</th>
          <th scope="col">{t('bill.period')}</th>
          <th scope="col" className={ui.number}>
            {t('bill.usage')}
          </th>
          <th scope="col" className={ui.number}>
            {t('bill.total')}
          </th>
        </tr>
      </thead>
      <tbody>
        {bills.map((bill) => (
          <BillRows
            key={bill.bill_id}
            number={number}
            bill={bill}
            find={(id) => bills.find(({ bill_id }) => bill_id === id)}
          />
        ))}
      </tbody>
    </table>
  )
}

interface RowsProps {
  number: string
  bill: Bill
  find: (id: string) => Bill | undefined
}

function BillRows({ number: account, bill, find }: RowsProps) {
  const { t, language } = useWords()
  const { money, date, number } = useFormats()
  const [open, setOpen] = useState(false)
  const [explained, setExplained] = useState(false)
  const id = useId()
  const file = { account, bill_id: bill.bill_id, language }
  const pdf = useSave(async () => ((await desk.saveBill(file)) ? t('document.pdfSaved') : undefined))
  const period = `${date(bill.period_start)} – ${date(bill.period_end)}`
  // Two bills may be of one day.
  const of = [t('explain.bill', { date: date(bill.issued_on) }), period, money(bill.total_cents)].join(' · ')
  useActions({
    explain: {
      run: () => {
        setOpen(true)
        setExplained(true)
      },
      held: open && explained ? t('explain.shown') : undefined,
      of,
      id: bill.bill_id,
    },
    billPdf: { ...pdf, gate: { kind: 'bill.pdf', args: file }, of },
  })
  const Chevron = open ? IconChevronDown : IconChevronRight
  const quantity = (value: number | null, unit: string) => (value === null ? '' : `${number(value)} ${unit}`)
  return (
    <Fragment>
      <tr>
        <td>
          <button
            type="button"
            className={css.toggle}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <Chevron size={16} aria-hidden />
            {date(bill.issued_on)}
          </button>
        </td>
        <td>{date(bill.due_on)}</td>
        <td>{period}</td>
        <td className={ui.money}>
          {quantity(bill.quantity, bill.unit)}
          {bill.estimated && <div className={css.small}>{t('bill.estimated')}</div>}
        </td>
        <td className={ui.money}>
          <strong>{money(bill.total_cents)}</strong>
        </td>
      </tr>
      {open &&
        bill.segments.map((segment, at) => (
          <tr key={segment.line} className={css.segments} id={at === 0 ? id : undefined}>
            <td />
            <td colSpan={2}>{segment.description}</td>
            <td className={ui.money}>{quantity(segment.quantity, segment.unit)}</td>
            <td className={ui.money}>{money(segment.amount_cents)}</td>
          </tr>
        ))}
      {open && (
        <tr className={usage.explain}>
          <td />
          <td colSpan={4}>
            <Gated
              kind="bill.pdf"
              args={file}
              label={t('document.pdfOf', { date: date(bill.issued_on) })}
              variant="subtle"
              size="compact-sm"
              held={pdf.held}
              onAct={pdf.run}
            >
              {t('document.pdf')}
            </Gated>
            {explained ? (
              <ExplainBill number={account} bill={bill} find={find} />
            ) : (
              <button type="button" className={ui.link} onClick={() => setExplained(true)}>
                {t('explain.action')}
              </button>
            )}
          </td>
        </tr>
      )}
    </Fragment>
  )
}
