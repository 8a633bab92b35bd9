import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { openWindow, type Api } from '../testing/window'

const hit = (account_number: string, name: string, service_address: string, building = '') => ({
  kind: 'customer',
  account_number,
  name,
  service_address,
  building,
  district_id: 'D01',
  portal_status: 'enrolled',
})
const rows = [
  hit('030000013', 'Jane Doe', '2172 Main St APT 1', '2172 Main St'),
  hit('030000026', 'Walter Oakes', '2172 Main St APT 2', '2172 Main St'),
]
const asked: URLSearchParams[] = []
const api: Api = (path, query) => {
  if (path !== '/api/search') return { account: { account_number: '030000026' }, premise: {} }
  asked.push(query)
  if (query.get('text') !== '2172') return { total: 0, hidden_by_filters: 3, sections: [] }
  return { total: 2, hidden_by_filters: 0, sections: [{ name: 'address', total: 2, rows }] }
}
const box = () => screen.findByRole('searchbox')

describe('finding a customer', () => {
  it('goes from the box to an account by keyboard alone', async () => {
    const { user } = openWindow('/find', () => undefined, api)
    await waitFor(async () => expect(document.activeElement).toBe(await box()))
    await user.keyboard('2172')
    const section = await screen.findByRole('region', { name: 'Service address' })
    expect(within(section).getByRole('heading', { level: 3 }).textContent).toContain(
      '2 results in this building',
    )
    await user.keyboard('{ArrowDown}{ArrowDown}')
    expect(document.activeElement?.textContent).toContain('Walter Oakes')
    await user.keyboard('{Enter}')
    await waitFor(() => expect(window.location.hash).toBe('#/account/030000026'))
  })

  it('lets Enter wait for the answer to what was typed last', async () => {
    const { user } = openWindow('/find', () => undefined, api)
    await box()
    await user.keyboard('2172{Enter}')
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Jane Doe'))
    await user.keyboard('{ArrowUp}')
    expect(document.activeElement).toBe(await box())
  })

  it('shows what is found at once, then the counts, and does not take one hit for the only one before', async () => {
    const counting = { end: (): void => undefined }
    const counted = new Promise<undefined>((resolve) => {
      counting.end = () => {
        resolve(undefined)
      }
    })
    const slow: Api = async (path, query) => {
      if (path !== '/api/search') return { account: { account_number: '030000013' }, premise: {} }
      if (query.get('first'))
        return { total: 1, counted: false, sections: [{ name: 'name', total: 1, rows: rows.slice(0, 1) }] }
      await counted
      return { total: 109, more: true, counted: true, sections: [{ name: 'name', total: 109, rows }] }
    }
    const { user } = openWindow('/find', () => undefined, slow)
    await box()
    await user.keyboard('doe{Enter}')
    await screen.findByText('At least 1 result')
    expect(window.location.hash).not.toContain('account')
    counting.end()
    await screen.findByText('109 results')
    await screen.findByRole('button', { name: 'Show more' })
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Jane Doe'))
    expect(window.location.hash).not.toContain('account')
  })

  it('keeps text and filters in the route, with Enrolled and Unenrolled ticked at first', async () => {
    asked.length = 0
    const { user } = openWindow('/find?q=2172', () => undefined, api)
    await screen.findByText('2 results')
    expect(asked.at(-1)?.get('status')).toBe('enrolled,unenrolled')
    await user.click(screen.getByRole('checkbox', { name: 'Hidden' }))
    await waitFor(() => expect(asked.at(-1)?.get('status')).toBe('enrolled,unenrolled,hidden'))
    await user.selectOptions(screen.getByRole('combobox', { name: 'District' }), 'Barre City')
    await waitFor(() => expect(window.location.hash).toContain('district=D01'))
    expect(window.location.hash).toContain('q=2172')
  })

  // Seen to fail with one filter that is said to hide what both do.
  it('R14, R15: names the filter that hides and how many, and lifts that one alone', async () => {
    const hiding: Api = (path, query) => {
      if (path !== '/api/search') return { account: { account_number: '030000026' }, premise: {} }
      const [byDistrict, byStatus] = query.get('district') ? [1, 4] : [0, 4]
      return {
        total: 0,
        hidden_by_filters: byDistrict + byStatus + 2,
        hidden_by_district: byDistrict,
        hidden_by_status: byStatus,
        sections: [],
      }
    }
    const { user } = openWindow('/find?q=nobody&district=D01', () => undefined, hiding)
    await screen.findByText('The district filter hides 1 result.')
    screen.getByText('The portal status filter hides 4 results.')
    screen.getByText('Both filters hide 2 results.')
    await user.click(screen.getByRole('button', { name: 'Search in every district' }))
    await waitFor(() => expect(screen.queryByText(/^The district filter hides/)).toBeNull())
    expect(window.location.hash).toBe('#/find?q=nobody')
    await user.click(screen.getByRole('button', { name: 'Include every portal status' }))
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Hidden' }).checked).toBe(true)
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Permanent Lock' }).checked).toBe(true)
  })

  it('R15, R17: finds who is deactivated with Permanent Lock and Hidden alone, and keeps that in the route', async () => {
    const deactivated = [
      { ...hit('030000026', 'Walter Oakes', '9 Elm St'), portal_status: 'permanent_lock', locked: true },
      { ...hit('030000013', 'Jane Doe', '2172 Main St'), portal_status: 'hidden' },
    ]
    const filtered: Api = (path, query) => {
      if (path !== '/api/search') return { account: { account_number: '030000026' }, premise: {} }
      if (query.get('status') !== 'permanent_lock,hidden') return { total: 0, sections: [], counted: true }
      return { total: 2, counted: true, sections: [{ name: 'name', total: 2, rows: deactivated }] }
    }
    const { user } = openWindow('/find?q=oa', () => undefined, filtered)
    for (const box of ['Enrolled', 'Unenrolled', 'Permanent Lock', 'Hidden'])
      await user.click(await screen.findByRole('checkbox', { name: box }))
    const row = await screen.findByRole('link', { name: /Walter Oakes/ })
    expect(row.textContent).toContain('Permanent Lock')
    expect(screen.getByRole('link', { name: /Jane Doe/ }).textContent).toContain('Hidden')
    expect(window.location.hash).toBe('#/find?q=oa&status=permanent_lock%2Chidden')
    await user.click(row)
    await waitFor(() => expect(window.location.hash).toBe('#/account/030000026'))
    await user.click(screen.getByRole('link', { name: 'Find a customer' }))
    await screen.findByRole('link', { name: /Jane Doe/ })
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Enrolled' }).checked).toBe(false)
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Hidden' }).checked).toBe(true)
  })

  it('leads on by Enter to what the filters hide: the account that the caller may claim', async () => {
    const hidden: Api = (path, query) => {
      if (path !== '/api/search') return api(path, query)
      if (!query.get('status')?.includes('hidden'))
        return { total: 0, hidden_by_filters: 1, hidden_by_status: 1, sections: [], counted: true }
      return { total: 1, counted: true, sections: [{ name: 'anywhere', total: 1, rows: rows.slice(1) }] }
    }
    const { user } = openWindow('/find', () => undefined, hidden)
    await box()
    await user.keyboard('8025550114{Enter}')
    const way = await screen.findByRole('button', { name: 'Include every portal status' })
    await waitFor(() => expect(document.activeElement).toBe(way))
    await user.keyboard('{Enter}')
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Walter Oakes'))
    await user.keyboard('{Enter}')
    await waitFor(() => expect(window.location.hash).toBe('#/account/030000026'))
  })

  it('tells how much of a ready-made copy is here', async () => {
    openWindow(
      '/find',
      (desk) =>
        desk.Status.mockImplementation(() =>
          Promise.resolve({ phase: 'syncing', as_of: 0, copied: 12_500_000, copying: 40_000_000 }),
        ),
      api,
    )
    await screen.findByRole('heading', { name: 'Copying your districts: 12.5 MB of 40 MB' })
    const bar = screen.getByRole<HTMLProgressElement>('progressbar')
    expect([bar.value, bar.max]).toEqual([12_500_000, 40_000_000])
  })

  it('tells how the first copy gets on, then opens the box', async () => {
    let copied = false
    const { changed } = openWindow(
      '/find',
      (desk) =>
        desk.Status.mockImplementation(() =>
          Promise.resolve(copied ? { phase: 'live', as_of: 1 } : { phase: 'syncing', as_of: 0, rows: 1234 }),
        ),
      api,
    )
    await screen.findByRole('heading', { name: 'Copying your districts: 1,234 rows' })
    copied = true
    changed('status')
    await box()
  })

  it('asks the portal where nothing was found here, and fetches an account before it opens', async () => {
    const elsewhere: Api = (path, query) => {
      if (path !== '/api/everywhere') return path === '/api/search' ? { total: 0 } : api(path, query)
      return query.get('text') === 'oakes'
        ? { total: 1, sections: [{ name: 'name', total: 1, rows: rows.slice(1) }] }
        : { total: 0 }
    }
    const { desk, user } = openWindow('/find?q=oakes', () => undefined, elsewhere)
    const button = await screen.findByRole('button', { name: 'Search all districts' })
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'))
    button.focus()
    await user.keyboard('{Enter}')
    const found = await screen.findByRole('region', { name: 'In all districts' })
    await user.click(within(found).getByRole('link', { name: /Walter Oakes/ }))
    await waitFor(() => expect(window.location.hash).toBe('#/account/030000026'))
    expect(desk.FetchAccount).toHaveBeenCalledExactlyOnceWith('030000026')
  })

  // Seen to fail where the portal is offered to everybody, and where the way to a full identifier goes with it.
  it.each([
    ['smith', true, false, false],
    ['900120002', true, false, true],
    ['smith', false, true, false],
  ])(
    'of %s, with all districts here: %s, offers other districts: %s, a full identifier: %s',
    async (words, here, districts, identifier) => {
      const one = { total: 1, counted: true, sections: [{ name: 'name', total: 1, rows: rows.slice(0, 1) }] }
      const all = [
        { id: 'D01', name: 'Barre City', here: true },
        { id: 'D02', name: 'Montpelier', here },
      ]
      openWindow(
        `/find?q=${words}`,
        (desk) => desk.Districts.mockResolvedValue(all),
        (path, query) => (path === '/api/search' ? one : api(path, query)),
      )
      await screen.findByText('1 result')
      await screen.findByRole('option', { name: 'Montpelier' })
      const offered = (name: RegExp) => screen.queryByRole('button', { name }) !== null
      await waitFor(() =>
        expect([offered(/^Search all districts/), offered(/identifier/)]).toEqual([districts, identifier]),
      )
    },
  )

  // Seen to fail where the portal was offered only when nothing at all was found.
  it('R9: asks the portal for a caller of another district also where somebody is found here', async () => {
    const both: Api = (path, query) => {
      if (path !== '/api/everywhere') return path === '/api/search' ? here : api(path, query)
      return { total: 1, sections: [{ name: 'name', total: 1, rows: rows.slice(1) }] }
    }
    const here = { total: 1, counted: true, sections: [{ name: 'name', total: 1, rows: rows.slice(0, 1) }] }
    const { user } = openWindow('/find?q=smith', () => undefined, both)
    await screen.findByRole('link', { name: /Jane Doe/ })
    const button = await screen.findByRole('button', { name: 'Search all districts' })
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'))
    await user.click(button)
    const found = await screen.findByRole('region', { name: 'In all districts' })
    within(found).getByRole('link', { name: /Walter Oakes/ })
  })

  // Seen to fail with "2 results in this building" of a house of 120.
  it.each([
    [0, 'First 2 results in this building'],
    [110, 'First 2 of 110 results in this building'],
    [2, '2 results in this building'],
  ])('R12: counts a building whole, and not by the rows that are shown so far: %i', async (all, words) => {
    const section = { name: 'address', total: 120, rows, last_building: all }
    openWindow(
      '/find?q=2172',
      () => undefined,
      () => ({ total: 120, more: true, counted: all > 0, sections: [section] }),
    )
    await screen.findByText(words)
  })

  it('says why all districts cannot be searched, and compares an identifier without putting it in an address', async () => {
    const asked: string[] = []
    const { desk, user } = openWindow(
      '/find?q=900-12-0042',
      (answers) => {
        answers.FindIdentifier.mockResolvedValue({ total: 0 })
        answers.Why.mockImplementation((kind) =>
          Promise.resolve(
            kind === 'search.portal' ? { allowed: false, code: 'online_only' } : { allowed: true },
          ),
        )
      },
      (path, query) => {
        if (!['/api/search', '/api/contacts', '/api/callbacks'].includes(path))
          asked.push(`${path}?${query.toString()}`)
        return { total: 0 }
      },
    )
    const all = await screen.findByRole('button', { name: 'Search all districts' })
    await waitFor(() => expect(all.getAttribute('aria-describedby')).not.toBeNull())
    await user.click(all)
    const whose = screen.getByRole('button', { name: 'Whose identifier is this?' })
    await waitFor(() => expect(whose.getAttribute('aria-disabled')).toBe('false'))
    await user.click(whose)
    await screen.findByText('Nobody has this identifier.')
    expect(desk.FindIdentifier).toHaveBeenCalledExactlyOnceWith('900-12-0042')
    expect(asked).toEqual([])
  })

  // R13: Enter or the icon runs the search.
  it('R13 searches at once by the icon', async () => {
    const { user } = openWindow('/find', () => undefined, api)
    await user.type(await box(), '2172')
    await user.click(screen.getByRole('button', { name: 'Search' }))
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Jane Doe'))
  })

  // R18 opens the console; R19: Back returns to the result that was left, All Customers to the empty box.
  it('R18 and R19 open a result, return to it, and return to the box', async () => {
    const { user } = openWindow('/find', () => undefined, api)
    await box()
    await user.keyboard('2172')
    await screen.findByText('2 results')
    await user.keyboard('{Alt>}[Digit2]{/Alt}')
    await waitFor(() => expect(window.location.hash).toBe('#/account/030000026'))
    await user.click(await screen.findByRole('link', { name: 'Results' }))
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Walter Oakes'))
    expect(window.location.hash).toContain('q=2172')
    await user.keyboard('{Enter}')
    await user.click(await screen.findByRole('link', { name: 'All Customers' }))
    expect((await screen.findByRole<HTMLInputElement>('searchbox')).value).toBe('')
    expect(document.activeElement).toBe(await box())
  })

  it('returns to the box by F2, whatever result was left', async () => {
    const { user } = openWindow('/find?q=2172', () => undefined, api)
    await screen.findByText('2 results')
    await user.keyboard('{ArrowDown}{Enter}')
    await screen.findByRole('link', { name: 'All Customers' })
    await user.keyboard('{F2}')
    await waitFor(async () => expect(document.activeElement).toBe(await box()))
    await user.keyboard('x')
    expect((await screen.findByRole<HTMLInputElement>('searchbox')).value).toBe('x')
  })

  // R20 tells what is found apart. R21 and R22: without an account there is a plain page, not a console.
  it('R20, R21 and R22 open a contact, a prospect of before and an empty place as what they are', async () => {
    const others = [
      { kind: 'contact', person_id: 'X1', name: 'Plain Contact' },
      { kind: 'prospect', person_id: 'X3', name: 'Once Customer', account_number: '030000026' },
      { kind: 'premise', premise_id: 'V1', service_address: '5 Empty Ln' },
    ]
    const api: Api = (path) => {
      if (path === '/api/search')
        return { total: 3, sections: [{ name: 'anywhere', total: 3, rows: others }] }
      if (path === '/api/persons/X1') return { person: { person_id: 'X1' }, name: 'Plain Contact' }
      if (path === '/api/premises/V1')
        return {
          premise: { premise_id: 'V1', vacant: true },
          service_address: '5 Empty Ln',
          district: { id: 'D01', name: 'Barre City' },
          accounts: [{ account_number: '030000026', name: 'Walter Oakes', closed_on: '2023-01-01' }],
        }
      return undefined
    }
    const { user } = openWindow('/find?q=plain', () => undefined, api)
    await user.click(await screen.findByRole('link', { name: /Plain Contact · Contact/ }))
    await screen.findByRole('heading', { level: 1, name: 'Plain Contact' })
    await screen.findByText(/Was never on a billing account/)
    expect(screen.queryByRole('tab')).toBeNull()
    await user.click(screen.getByRole('link', { name: 'Results' }))
    const prospect = await screen.findByRole('link', { name: /Once Customer · Prospect/ })
    expect(prospect.getAttribute('href')).toBe('#/account/030000026')
    await user.click(screen.getByRole('link', { name: /Vacant premise/ }))
    await screen.findByRole('heading', { level: 1, name: '5 Empty Ln' })
    expect(screen.queryByRole('tab')).toBeNull()
    expect(screen.getByRole('link', { name: '030000026' })).toBeDefined()
  })

  it('shows the accounts that were opened last before anything is typed, for the keys too', async () => {
    const { user } = openWindow(
      '/find',
      () => undefined,
      (path, query) => (path === '/api/recent' ? rows : api(path, query)),
    )
    const recent = await screen.findByRole('region', { name: 'Opened last on this computer' })
    expect(within(recent).getAllByRole('link')).toHaveLength(2)
    await user.keyboard('{ArrowDown}{Enter}')
    await waitFor(() => expect(window.location.hash).toBe('#/account/030000013'))
  })
})
