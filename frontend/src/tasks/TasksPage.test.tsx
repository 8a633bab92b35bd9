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

it('R68: asks with every filter of the route, and shows all again', async () => {
  const asked: string[] = []
  const { user } = openWindow(
    '/tasks?by=csr&kind=autopay.enrolled&assignee=CSR009&account=030000013&user=jane&from=2026-01-01&to=2026-01-31',
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
  expect(asked.at(-1)).toBe(
    '/api/tasks?by=csr&kind=autopay.enrolled&status=in_progress&csr=CSR002&assignee=CSR009&account=030000013&user=jane&from=2026-01-01&to=2026-01-31&limit=50&offset=0',
  )
  await user.click(screen.getByRole('button', { name: 'Show all tasks' }))
  await screen.findByText('No task fits these filters.')
  expect(asked.at(-1)).toBe('/api/tasks?limit=50&offset=0')
})

it('R68: is there for a representative, who can choose what is theirs to do', async () => {
  const asked: string[] = []
  const { user } = openWindow(
    '/tasks',
    (desk) =>
      desk.Session.mockResolvedValue({ signed_in: true, user: { id: 'CSR001', name: 'Rep', role: 'csr' } }),
    (_path, query) => {
      asked.push(query.get('assignee') ?? '')
      return { total: 10_000, more: true, rows: [byCustomer] }
    },
  )
  await screen.findByText(/more than 10,000 tasks/)
  await user.click(screen.getByRole('button', { name: 'Mine' }))
  await screen.findByRole('button', { name: 'Mine', pressed: true })
  expect(asked.at(-1)).toBe('CSR001')
})
