import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

const scheduled = {
  payment_id: 'Y1',
  account_number: '030000013',
  status: 'scheduled',
  amount_cents: 8412,
  method: 'bank',
  created_at: 1_790_000_000_000,
  effective_on: '2026-11-20',
  name: 'Jane Doe',
  service_address: '12 Main St, Barre',
}
const posted = { ...scheduled, payment_id: 'Y2', account_number: '030000026', status: 'posted', name: 'Bob' }
const page = {
  total: 2,
  amount_cents: 16_824,
  totals: [
    { status: 'posted', count: 1, amount_cents: 8412 },
    { status: 'scheduled', count: 1, amount_cents: 8412 },
  ],
  rows: [scheduled, posted],
}

it('R35: lists the payments of all accounts with what they come to, and asks with the filters of the route', async () => {
  const asked: string[] = []
  const { user, desk } = openWindow(
    '/payments?account=030000013&from=2026-01-01',
    () => undefined,
    (path, query) => {
      asked.push(`${path}?${query.toString()}`)
      return page
    },
  )
  await screen.findByText('2 payments: $168.24')
  screen.getByRole('link', { name: '030000026' })
  await user.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'Scheduled')
  await user.click(screen.getByRole('button', { name: 'Save as CSV: Payment administration' }))
  expect(desk.ExportTable).toHaveBeenCalledWith({
    name: 'all_payments',
    account: '030000013',
    from: '2026-01-01',
    to: '',
    payments: { Statuses: ['scheduled'], Methods: [] },
    language: 'en',
  })
  await user.click(screen.getByRole('button', { name: 'All accounts' }))
  await screen.findByText('2 payments: $168.24')
  expect(asked.at(-1)).toBe('/api/payments?status=scheduled&from=2026-01-01&limit=50&offset=0')
})

it('R35: cancels a scheduled payment under its own account, and no other', async () => {
  const { user, desk } = openWindow(
    '/payments',
    () => undefined,
    () => page,
  )
  const other = await screen.findByRole('button', { name: /account 030000026/, description: /Posted/ })
  await user.click(other)
  expect(screen.queryByRole('dialog')).toBeNull()
  await user.click(screen.getByRole('button', { name: /account 030000013/ }))
  const dialog = await screen.findByRole('dialog')
  within(dialog).getByText('Jane Doe')
  await user.click(within(dialog).getByRole('button', { name: 'Yes, cancel the payment' }))
  expect(desk.CancelPayment).toHaveBeenCalledWith({ payment_id: 'Y1', account: '030000013', words: '' })
})

it('R23, R35: shows amounts only for a verified caller, and adds nothing up', async () => {
  const withheld = { ...scheduled, amount_cents: 0, method: '', verify_first: 1 }
  const { user } = openWindow(
    '/payments',
    () => undefined,
    () => ({ total: 1, totals: [], rows: [withheld], verify_first: 1 }),
  )
  const row = within(await screen.findByRole('row', { name: /030000013/ }))
  row.getByText('For a verified caller only')
  expect(screen.queryByText(/\$0/)).toBeNull()
  screen.getByText(/so nothing is added up/)
  await user.click(row.getByRole('button', { name: /account 030000013/, description: /verified to level 1/ }))
  expect(screen.queryByRole('dialog')).toBeNull()
})
