import { Button } from '@mantine/core'
import { useState } from 'react'
import { paymentMethods, paymentStatuses, type PaymentOfAll } from '../api/payments'
import { usePayments, useStatus } from '../api/queries'
import frame from '../frame/Frame.module.css'
import { useListFilters } from '../frame/listFilters'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { pageSize, TaskPages } from '../tasks/TaskPages'
import { CsvButton } from '../ui/CsvButton'
import { Filters } from '../ui/Filters'
import { Empty } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { CancelPaymentDialog } from './CancelPaymentDialog'
import { PaymentTable } from './PaymentTable'
import { PaymentTotals } from './PaymentTotals'

const none = { status: '', method: '', account: '', from: '', to: '' }

/** The payments that the filters choose, to be written as a table. */
function tableOf({ status, method, account, from, to }: typeof none) {
  const some = (word: string) => (word === '' ? [] : [word])
  const payments = { Statuses: some(status), Methods: some(method) }
  return { name: 'all_payments', account, from, to, payments } as const
}

/** Payment administration: the payments of all accounts, what those that are chosen come to, and the way to each account. */
export default function PaymentsPage() {
  const { t, term } = useWords()
  const { when } = useFormats()
  const [cancelling, setCancelling] = useState<PaymentOfAll>()
  const { filters, offset, filter, turn } = useListFilters(none)
  const { data: page, error } = usePayments({ ...filters, limit: pageSize, offset })
  const asOf = useStatus().data?.as_of ?? 0
  const statuses = [
    { value: '', label: t('tasks.anyStatus') },
    ...paymentStatuses.map((each) => ({ value: each, label: t(`paymentStatus.${each}`) })),
  ]
  const methods = [
    { value: '', label: t('payments.anyMethod') },
    ...paymentMethods.map((each) => ({ value: each, label: term('method', each) })),
  ]
  return (
    <div className={frame.page}>
      <div className={ui.row}>
        <h1>{t('payments.title')}</h1>
        {asOf > 0 && <span className={ui.quiet}>{t('strip.asOf', { when: when(asOf) })}</span>}
        <CsvButton table={tableOf(filters)} what={t('payments.title')} />
      </div>
      <Filters filters={filters} onFilter={filter}>
        {({ typed, chosen }) => (
          <>
            {chosen('status', t('payment.status'), statuses)}
            {chosen('method', t('payment.method'), methods)}
            {typed('from', t('payments.from'), t('taskQuery.day'))}
            {typed('to', t('payments.to'), t('taskQuery.day'))}
            {typed('account', t('task.account'), '030000013')}
            {filters.account !== '' && (
              <Button variant="default" onClick={() => filter({ account: '' })}>
                {t('payments.allAccounts')}
              </Button>
            )}
          </>
        )}
      </Filters>
      <Trouble error={error} />
      {page && <PaymentTotals page={page} />}
      {page && (
        <div className={`${ui.panel} ${ui.scroll}`}>
          {page.rows.length === 0 ? (
            <Empty title={t('payments.none')}>
              <p>{t('payments.noneText')}</p>
              <Button onClick={() => filter(none)}>{t('payments.showAll')}</Button>
            </Empty>
          ) : (
            <PaymentTable payments={page.rows} onCancel={setCancelling} />
          )}
        </div>
      )}
      {page && <TaskPages offset={offset} total={page.total} onTurn={turn} />}
      {cancelling && <CancelPaymentDialog payment={cancelling} onClose={() => setCancelling(undefined)} />}
    </div>
  )
}
