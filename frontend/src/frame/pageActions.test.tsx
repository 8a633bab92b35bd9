// R1: what the buttons of a page do, the palette does too: it says which one it is about, and why one cannot be done.
//
// Seen to fail with all lines of an action doing the same one, with those that read the same merged, and with the reason left out.
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { accountOf, jane, rob, townApi } from '../testing/town'
import { openWindow } from '../testing/window'

vi.setConfig({ testTimeout: 60_000 }) // each is a whole window, and a busy computer is no failure

const bill = (id: string, day: string) => ({ bill_id: id, issued_on: day, total_cents: 4200, segments: [] })
const asked: string[] = []
const town = townApi(() => [])
const api = (path: string, query: URLSearchParams): unknown => {
  asked.push(`${path}?${query.toString()}`)
  if (path === `/api/accounts/${jane.account}`)
    return {
      ...accountOf(jane),
      // Two bills of one day, and two messages of one minute, read the same.
      bills: [
        bill('B3', '2026-10-05'),
        bill('B2', '2026-09-05'),
        bill('B1', '2026-08-05'),
        bill('B0', '2026-08-05'),
      ],
      notifications: [
        { notification_id: 'N1', template: 'bill_ready', sent_at: 1_790_000_010_000 },
        { notification_id: 'N0', template: 'bill_ready', sent_at: 1_790_000_000_000 },
      ],
    }
  if (path.endsWith('/usage'))
    return {
      services: [{ service: 'electric', unit: 'kWh', rows: [{ from: '2026-10-01', to: '2026-11-01' }] }],
    }
  if (path.endsWith('/activity')) return { total: 120, page: 1, pages: 3, kinds: [], actors: [], rows: [] }
  if (path === '/api/payments') return { ...Object(town(path)), total: 120 }
  if (path === '/api/search')
    return {
      total: 1,
      counted: true,
      sections: [{ name: 'name', total: 1, rows: [{ account_number: jane.account, kind: 'customer' }] }],
    }
  return town(path)
}

async function palette(place: string) {
  asked.length = 0
  const opened = openWindow(place, () => undefined, api)
  await screen.findByRole('heading', { level: 1 })
  return { ...opened, lines: () => lines() }
}
async function lines() {
  if (!screen.queryByRole('dialog')) fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true })
  return within(await screen.findByRole('dialog', { name: 'All actions' }))
}
/** The line of the palette that says all of this, once it can be chosen. */
const line = (all: Awaited<ReturnType<typeof lines>>, words: RegExp) =>
  waitFor(() => {
    const found = all.getByRole('option', { name: words, hidden: true })
    expect(found.getAttribute('aria-disabled')).toBe('false')
    return found
  })
/** Both lines of the palette that say all of this, once there are two. */
const both = async (words: RegExp) => {
  const all = await lines()
  return waitFor(() => {
    const found = all.getAllByRole('option', { name: words })
    expect(found).toHaveLength(2)
    return found
  })
}

const onAccount = `/account/${jane.account}`
const wasAsked = (path: string) => () => expect(asked.filter((each) => each.includes(path))).not.toEqual([])
const at = (part: string) => () => expect(window.location.hash).toContain(part)

describe('the palette', () => {
  it.each([
    ['loads the interval data', `${onAccount}?tab=usage`, /^Load interval data$/, wasAsked('/intervals?')],
    [
      'loads older bills',
      `${onAccount}?tab=billing`,
      /^Load older bills and payments$/,
      wasAsked('/bills/older?'),
    ],
    [
      'explains the bill that was meant',
      `${onAccount}?tab=billing`,
      /^Explain this bill.*Oct/,
      wasAsked('/bills/B3/'),
    ],
    ['turns the page of a list', '/payments', /^Next page/, at('offset=50')],
    ['turns the page of the log', `${onAccount}?tab=activity`, /^Next page/, at('page=2')],
    ['shows the whole log', `${onAccount}?tab=activity`, /^View all/, at('all=1')],
    [
      'asks the portal for every district',
      '/find?q=jane',
      /^Search all districts/,
      wasAsked('/everywhere?text=jane'),
    ],
    [
      'leads to the tab where it is done',
      onAccount,
      /^Send a message again.*Notifications/,
      at('tab=notifications'),
    ],
  ])('%s', async (_, place, words, check) => {
    const opened = await palette(place)
    const found = await waitFor(async () => line(await opened.lines(), words), { timeout: 20_000 })
    fireEvent.click(found)
    await waitFor(check)
  })

  it('saves the list that is shown', async () => {
    const { desk, lines: open } = await palette('/payments')
    await screen.findByRole('button', { name: /^Save as CSV/ })
    fireEvent.click(await line(await open(), /^Save as CSV.*Payment administration/))
    await waitFor(() => expect(desk.ExportTable).toHaveBeenCalledTimes(1))
    expect(desk.ExportTable.mock.calls[0]?.[0]).toMatchObject({ name: 'all_payments' })
  })

  it('has one line for each identifier, and reveals that one', async () => {
    const { desk, lines: open } = await palette(onAccount)
    const all = await open()
    await line(all, /^Reveal what is masked.*Birth date/)
    fireEvent.click(await line(all, /^Reveal what is masked.*SSN/))
    await waitFor(() => expect(desk.Reveal).toHaveBeenCalledTimes(1))
    expect(desk.Reveal.mock.calls[0]?.[0]).toMatchObject({ field: 'identifier', account: jane.account })
  })

  it('has a line for each change that is to be decided, also of one kind in one minute', async () => {
    const at = 1_790_000_000_000
    const note = (command_id: string, created_at: number) => ({
      command_id,
      kind: 'note.write',
      state: 'rejected',
      account: jane.account,
      created_at,
    })
    const { desk } = openWindow(
      '/attention',
      (answers) => answers.Attention.mockResolvedValue([note('c1', at + 10_000), note('c0', at)]),
      api,
    )
    await screen.findByRole('heading', { level: 1 })
    const [first] = await both(/^Repeat/)
    if (first) fireEvent.click(first)
    await waitFor(() => expect(desk.Repeat).toHaveBeenCalledExactlyOnceWith('c1'))
  })

  it.each([
    ['bill of one day', 'billing', /^Explain this bill.*Aug/],
    ['message of one minute', 'notifications', /^Send a message again.*ready/i],
  ])('has a line for each %s', async (_, tab, words) => {
    await palette(`${onAccount}?tab=${tab}`)
    for (const [at, one] of (await both(words)).entries())
      within(one).getByText(`${at + 1} of 2, in the order of the page`)
  })

  it('saves the bill that was meant as PDF, and readings as a Green Button file', async () => {
    const { desk, lines: open } = await palette(`${onAccount}?tab=billing`)
    fireEvent.click(await line(await open(), /^Save a bill as PDF.*Oct.*\$42/))
    await waitFor(() => expect(desk.SaveBill.mock.lastCall?.[0]).toMatchObject({ bill_id: 'B3' }))
    await screen.findByText('The bill is saved')
    fireEvent.click(await line(await open(), /^Save readings.*Usage/))
    await screen.findByRole('tab', { name: 'Usage', selected: true })
    fireEvent.click(await line(await open(), /^Save readings.*Oct.*Nov/))
    const file = { account: jane.account, from: '2026-10-01', to: '2026-11-01' }
    await waitFor(() => expect(desk.SaveGreenButton.mock.lastCall?.[0]).toEqual(file))
  })

  it('says which of two web users it is for', async () => {
    const { web_users: users, ...account } = accountOf(jane)
    const both = [...users, { ...users[0], web_user_id: 'W2', username: 'john.doe', default_profile: false }]
    const two = (path: string) =>
      path === `/api/accounts/${jane.account}` ? { ...account, web_users: both } : town(path)
    openWindow(onAccount, () => undefined, two)
    await screen.findByRole('heading', { level: 1 })
    await line(await lines(), /^Lock.*jane\.doe/)
  })

  it('does not lead to the tab that is shown', async () => {
    const { lines: open } = await palette(`/account/${rob.account}?tab=billing`)
    const all = await open()
    await line(all, /^Send a message again.*Notifications/)
    const explain = all.getByRole('option', { name: /^Explain this bill/ })
    within(explain).getByText('Not for this account as it stands.')
    expect(explain.getAttribute('aria-disabled')).toBe('true')
  })

  it('saves no list a second time while it is being saved', async () => {
    const { desk, lines: open } = await palette('/payments')
    desk.ExportTable.mockReturnValue(new Promise(() => undefined))
    await screen.findByRole('button', { name: /^Save as CSV/ })
    const words = /^Save as CSV.*Payment administration/
    fireEvent.click(await line(await open(), words))
    await waitFor(() => expect(screen.queryByRole('dialog', { name: 'All actions' })).toBeNull())
    const again = (await open()).getByRole('option', { name: words })
    within(again).getByText('It is being done.')
    fireEvent.click(again)
    expect(desk.ExportTable).toHaveBeenCalledTimes(1)
  })

  it('says of the end of a masquerade that none is open', async () => {
    const { lines: open } = await palette('/payments')
    const end = (await open()).getByRole('option', { name: /^End masquerade/ })
    within(end).getByText('No masquerade is open.')
    expect(end.getAttribute('aria-disabled')).toBe('true')
  })

  it('says why the button of a page cannot be pressed, and of another page that it is not there', async () => {
    const { lines: open } = await palette('/payments')
    await screen.findByRole('button', { name: 'Next' })
    const all = await open()
    const before = all.getByRole('option', { name: /^Previous page/ })
    expect(before.getAttribute('aria-disabled')).toBe('true')
    within(before).getByText('This is the first page.')
    within(all.getByRole('option', { name: /^Complete the task/ })).getByText('Not on this page.')
  })

  it('says which task it is about, and what the host answers', async () => {
    const opened = openWindow(
      '/tasks/T1',
      (desk) => desk.Why.mockResolvedValue({ allowed: false, code: 'task_final', params: {} }),
      api,
    )
    await screen.findByRole('heading', { level: 1 })
    const all = await lines()
    const complete = all.getByRole('option', { name: /^Complete the task.*AutoPay/ })
    within(complete).getByText(new RegExp(`Jane Doe · Account ${jane.account} · ${jane.address}`))
    await waitFor(() => expect(complete.getAttribute('aria-disabled')).toBe('true'))
    fireEvent.click(complete)
    expect(screen.queryByRole('dialog', { name: 'All actions' })).not.toBeNull()
    expect(opened.desk.CompleteTask).not.toHaveBeenCalled()
  })
})
