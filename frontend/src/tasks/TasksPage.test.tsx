import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

const task = {
  task_id: 'T1',
  kind: 'autopay.enrolled',
  status: 'open',
  account_number: '030000013',
  created_at: 1_790_000_000_000,
  self_service_user_id: 'W00000001',
}
const byCsr = {
  ...task,
  created_by: 'csr',
  origin: 'masquerade',
  csr_id: 'CSR001',
  web_user_id: 'CSR001',
  email: null,
  ip: '10.20.1.7',
}
const byCustomer = {
  ...task,
  task_id: 'T2',
  created_by: 'customer',
  origin: 'portal',
  web_user_id: 'jane.doe',
  email: 'jane.doe@example.com',
  ip: '203.0.113.9',
}

/** The cells of the row that shows a text, by the heading of their column. */
function cellsOf(text: string): Record<string, string> {
  const table = screen.getByRole('table')
  const heads = within(table).getAllByRole('columnheader')
  const row = within(table)
    .getAllByRole('row')
    .find((each) => each.textContent.includes(text))
  if (!row) throw new Error(`no row shows ${text}`)
  const cells = within(row).getAllByRole('cell')
  return Object.fromEntries(heads.map((head, at) => [head.textContent, cells[at]?.textContent ?? '']))
}

it('tells a task made by a CSR from one made by the customer, with the four facts of attribution', async () => {
  openWindow(
    '/tasks',
    () => undefined,
    () => ({ total: 2, rows: [byCsr, byCustomer] }),
  )
  await screen.findByRole('table')
  expect(cellsOf('CSR001')).toMatchObject({
    'Made by': 'CSRmasquerading',
    'Web User ID': 'CSR001',
    'Email address': 'Not applicable',
    'IP address': '10.20.1.7',
    'Self-Service User ID': 'W00000001',
  })
  expect(cellsOf('jane.doe')).toMatchObject({
    'Made by': 'Customer',
    'Web User ID': 'jane.doe',
    'Email address': 'jane.doe@example.com',
    'IP address': '203.0.113.9',
    'Self-Service User ID': 'W00000001',
  })
})

it('asks with the filters of the route', async () => {
  const asked: string[] = []
  const { user } = openWindow(
    '/tasks?by=csr',
    () => undefined,
    (path, query) => {
      asked.push(`${path}?${query.toString()}`)
      return { total: 0, rows: [] }
    },
  )
  await screen.findByText('No task fits these filters.')
  await user.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'In progress')
  await user.type(screen.getByRole('textbox', { name: "CSR's ID" }), 'CSR002{Enter}')
  await screen.findByText('No task fits these filters.')
  expect(asked.at(-1)).toBe('/api/tasks?by=csr&status=in_progress&csr=CSR002&limit=50&offset=0')
})

it('is not there for a representative', async () => {
  openWindow(
    '/tasks',
    (desk) =>
      desk.Session.mockResolvedValue({ signed_in: true, user: { id: 'CSR001', name: 'Rep', role: 'csr' } }),
    () => ({ total: 0 }),
  )
  await screen.findByRole('heading', { name: 'There is no such page' })
  expect(screen.queryByRole('link', { name: 'Tasks made by CSRs' })).toBeNull()
})
