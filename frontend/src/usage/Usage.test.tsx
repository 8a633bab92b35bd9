import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow, type Api } from '../testing/window'

const place = '/account/030000013'
const bill = (id: string, total_cents: number) => ({
  bill_id: id,
  issued_on: id === 'B2' ? '2026-10-03' : '2026-09-03',
  total_cents,
  segments: [{ line: 1, description: 'Energy charge', amount_cents: total_cents }],
})
const view = {
  account: { account_number: '030000013', main_person_id: '1', status: 'active' },
  persons: [{ person_id: '1', name: 'Jane Doe' }],
  bills: [bill('B2', 12000), bill('B1', 11000)],
  insights: [
    {
      code: 'overdue',
      group: 'warning',
      tab: 'billing',
      cents: { amount: 4200 },
      dates: { due: '2026-10-24' },
    },
    { code: 'a_new_one', group: 'account' },
  ],
}
const period = (from: string, to: string, quantity: number, more: object) => ({
  from,
  to,
  quantity,
  unit: 'kWh',
  quality: 'measured',
  days: 30,
  per_day: quantity / 30,
  flags: [],
  ...more,
})
const usage = {
  services: [
    {
      service: 'electric',
      unit: 'kWh',
      rows: [
        period('2026-09-01', '2026-10-01', 600, { before: '2026-08-01', flags: ['catching_up'], hdd: 12 }),
        period('2026-08-01', '2026-09-01', 400, { quality: 'estimated', flags: ['estimated'] }),
      ],
    },
  ],
}
const intervals = {
  from: '2026-09-01',
  to: '2026-10-01',
  at: 1_790_000_000_000,
  meters: [
    {
      series: 'm1',
      service: 'electric',
      unit: '',
      total: 7,
      days: [
        { day: '2026-09-01', quantity: 4, missing: 3600 },
        { day: '2026-09-02', quantity: 0, missing: 86_400, none: true },
        { day: '2026-09-03', quantity: 3, estimated: 2 },
      ],
    },
  ],
}
const explanation = {
  bill_id: 'B2',
  against: 'B1',
  change_cents: 1000,
  usage_cents: 900,
  rest_cents: 100,
  quantity: 50,
  unit: 'kWh',
  after_estimate: true,
}

const answers: Api = (path) => {
  if (path.endsWith('/usage')) return usage
  if (path.endsWith('/usage/intervals')) return intervals
  if (path.endsWith('/explanation')) return explanation
  return view
}

it('R31 compares a period with the one before, and says what stands behind the chart in a table', async () => {
  openWindow(`${place}?tab=usage`, () => undefined, answers)
  const compared = await screen.findByRole('region', { name: 'Comparison' })
  expect(within(compared).getByRole('row', { name: /Period before.*13\.3.*400 kWh.*\+50%/ })).toBeTruthy()
  expect(
    within(compared).getByRole('row', { name: /Same time last year.*Not on this computer/ }),
  ).toBeTruthy()
  expect(screen.getByRole('img', { name: /Usage of 2 periods .* highest is 600 kWh/ })).toBeTruthy()
  const table = screen.getByRole('region', { name: 'Usage by period' })
  expect(within(table).getByRole('row', { name: /600 kWh.*makes up for an estimate/ })).toBeTruthy()
  expect(within(table).getByRole('row', { name: /400 kWh.*estimated/ })).toBeTruthy()
})

it('R31 asks for intervals only when told to, and never shows an unknown unit as another', async () => {
  const asked: string[] = []
  const { user } = openWindow(
    `${place}?tab=usage`,
    () => undefined,
    (path, query) => {
      if (path.endsWith('/intervals')) asked.push(String(query))
      return answers(path, query)
    },
  )
  const load = await screen.findByRole('button', { name: 'Load interval data' })
  expect(asked).toEqual([])
  await user.click(load)
  expect(await screen.findByRole('row', { name: /4 \(unit unknown\).*1 h missing/ })).toBeTruthy()
  expect(screen.getByRole('row', { name: /3 \(unit unknown\).*2 intervals estimated/ })).toBeTruthy()
  expect(screen.getByRole('row', { name: /— No reading, 24 h missing/ })).toBeTruthy()
  expect(asked).toEqual(['from=2026-09-01&to=2026-10-01'])
})

it('says why intervals cannot be loaded, and lets them be asked for again', async () => {
  const { user } = openWindow(
    `${place}?tab=usage`,
    () => undefined,
    (path, query) =>
      path.endsWith('/intervals')
        ? { problem: { code: 'offline', params: { address: 'portal' } } }
        : answers(path, query),
  )
  await user.click(await screen.findByRole('button', { name: 'Load interval data' }))
  expect(await screen.findByText(/portal.*cannot be reached/i)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Load interval data' })).toBeTruthy()
})

it('has a place for an account without usage', async () => {
  openWindow(
    `${place}?tab=usage`,
    () => undefined,
    (path, query) => (path.endsWith('/usage') ? { services: [] } : answers(path, query)),
  )
  expect(await screen.findByRole('heading', { name: 'No usage yet' })).toBeTruthy()
})

it('R30 explains a bill in words, with what it cannot explain', async () => {
  const { user } = openWindow(`${place}?tab=billing`, () => undefined, answers)
  await user.click(await screen.findByRole('button', { name: 'Oct 3, 2026', expanded: false }))
  await user.click(screen.getByRole('button', { name: 'Explain this bill' }))
  const why = await screen.findByRole('region', { name: /Why the bill/ })
  expect(within(why).getByRole('heading').textContent).toContain('$10.00 more than the bill of')
  expect(within(why).getByRole('row', { name: /50 kWh more was billed \+\$9\.00/ })).toBeTruthy()
  expect(within(why).getByRole('row', { name: /Not explained.*\+\$1\.00/ })).toBeTruthy()
  expect(within(why).getByText(/The bill before was estimated/)).toBeTruthy()
})

it('R29 counts the insights, gives each its reason, and reads an unknown one aloud', async () => {
  const { user } = openWindow(place, () => undefined, answers)
  const insights = await screen.findByRole('region', { name: '2 insights' })
  expect(within(insights).getByText(/\$42\.00 is past due since/)).toBeTruthy()
  expect(within(insights).getByText('A new one')).toBeTruthy()
  await user.click(within(insights).getByRole('button', { name: 'See Billing' }))
  expect(await screen.findByRole('tab', { name: 'Billing', selected: true })).toBeTruthy()
})

it('saves a table as CSV and says how many rows it has', async () => {
  const { desk, user } = openWindow(`${place}?tab=billing`, () => undefined, answers)
  await user.click(await screen.findByRole('button', { name: 'Save as CSV: Bills' }))
  expect(desk.ExportTable).toHaveBeenCalledWith({ name: 'bills', account: '030000013', language: 'en' })
  expect(await screen.findByText('Bills: 3 rows saved')).toBeTruthy()
})

it('R28 has the account’s tabs in their order, Billing and Usage among them', async () => {
  openWindow(place, () => undefined, answers)
  const tabs = await screen.findAllByRole('tab')
  expect(tabs.slice(0, 4).map((tab) => tab.textContent)).toEqual([
    'Overview',
    'Customer Information',
    'Billing',
    'Usage',
  ])
})

// Seen to fail with a button that asked no leave.
it('R30, R31 saves a bill and the readings as the portal writes them, and says why where it cannot be asked', async () => {
  let online = true
  const { desk, user } = openWindow(
    `${place}?tab=billing`,
    (said) =>
      said.Why.mockImplementation((kind) =>
        Promise.resolve(
          online || kind !== 'usage.green_button'
            ? { allowed: true }
            : { allowed: false, code: 'online_only' },
        ),
      ),
    answers,
  )
  const [first] = await screen.findAllByRole('button', { expanded: false, name: /2026/ })
  if (!first) throw new Error('there is no bill')
  await user.click(first)
  const pdf = await screen.findByRole('button', { name: /^Save the bill of .* as PDF$/ })
  await waitFor(() => expect(pdf.getAttribute('aria-disabled')).toBe('false'))
  await user.click(pdf)
  expect(desk.SaveBill.mock.lastCall?.[0]).toMatchObject({ account: '030000013', language: 'en' })
  await screen.findByText('The bill is saved')
  online = false
  await user.click(screen.getByRole('tab', { name: 'Usage' }))
  const held = await screen.findByRole('button', {
    name: /Green Button file$/,
    description: /portal|connect|online/i,
  })
  await user.click(held)
  expect(desk.SaveGreenButton).not.toHaveBeenCalled()
})
