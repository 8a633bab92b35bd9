// R1 and item 7 of the console: the palette, the keys and the list of keys come from one list.
import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { wordsIn } from '../i18n/words'
import { openWindow, type Api } from '../testing/window'
import { actions, keysFor } from './actions'
import { keyWords, pressed } from './keys'

const { t } = wordsIn('en')
const account = {
  account: {
    account_number: '030000013',
    customer_class: 'residential',
    status: 'active',
    main_person_id: '1',
  },
  persons: [{ person_id: '1', kind: 'person', name: 'Jane Doe', relationship: 'main' }],
  premise: { address1: '12 Main St', city: 'Barre', state: 'VT', postal: '05641' },
  web_users: [{ web_user_id: 'W00000001', username: 'jane.doe', default_profile: true }],
}
const api: Api = (path) => (path === '/api/accounts/030000013' ? account : { total: 0, rows: [] })
const inAccount = '/account/030000013'

async function palette(user: { keyboard: (keys: string) => Promise<void> }) {
  await user.keyboard('{Control>}k{/Control}')
  return within(await screen.findByRole('dialog', { name: 'All actions' }))
}

describe.each([
  { system: 'Windows and Linux', mac: false },
  { system: 'macOS', mac: true },
])('on $system', ({ mac }) => {
  it('no key stands for two actions', () => {
    const chords = actions.flatMap((action) => keysFor(action, mac, true))
    expect(chords.filter((chord, at) => chords.indexOf(chord) !== at)).toEqual([])
  })
})

it('no function key is left to find on macOS, where the system has them', () => {
  expect(actions.flatMap((action) => keysFor(action, true, true)).filter((key) => /^F\d/.test(key))).toEqual(
    [],
  )
})

it('has the keys that the field is used to', () => {
  const by = Object.fromEntries(
    actions.flatMap((action) => keysFor(action, false, false).map((key) => [key, action.name])),
  )
  expect(by).toMatchObject({
    'Mod+k': 'palette',
    F1: 'help',
    F2: 'go.find',
    F7: 'note',
    F9: 'webusers',
    F11: 'masquerade',
    'Mod+1': 'tab.overview',
    'Mod+l': 'lockDesk',
    'Mod+Shift+l': 'lock',
    Escape: 'back',
    'Mod+/': 'keys',
  })
})

describe('the palette', () => {
  it('has every action with its keys, and so has the list of keys', async () => {
    const { user } = openWindow(inAccount, () => undefined, api)
    await screen.findByRole('heading', { level: 1, name: 'Jane Doe' })
    const box = await palette(user)
    for (const action of actions) {
      const option = box.getAllByRole('option').find((each) => within(each).queryByText(t(action.words)))
      if (!option) throw new Error(`${action.name} is not in the palette`)
      for (const key of keysFor(action, false, false)) within(option).getByText(keyWords(key))
    }
    await user.keyboard('{Escape}{Control>}/{/Control}')
    const list = within(await screen.findByRole('dialog', { name: 'Keys' }))
    for (const action of actions.filter((each) => keysFor(each, false, false).length > 0)) {
      const row = list.getAllByRole('listitem').find((each) => within(each).queryByText(t(action.words)))
      if (!row) throw new Error(`${action.name} is not in the list of keys`)
    }
  })

  // Seen to fail without the customer above the list.
  it('says whose account its actions are about, and does them to that account', async () => {
    const { user, desk } = openWindow(inAccount, () => undefined, api)
    await screen.findByRole('heading', { level: 1, name: 'Jane Doe' })
    const box = await palette(user)
    box.getByText('Jane Doe')
    box.getByText('Account 030000013')
    box.getByText(/12 Main St/)
    await user.keyboard('lock the{Enter}')
    const dialog = within(await screen.findByRole('dialog', { name: /Lock/ }))
    dialog.getByText('Account 030000013')
    expect(desk.Why).toHaveBeenCalledWith('web_user.lock', {
      web_user_id: 'W00000001',
      account: '030000013',
    })
  })

  it('R1: says why an action cannot be done', async () => {
    const { user } = openWindow(
      inAccount,
      (desk) => desk.Why.mockResolvedValue({ allowed: false, code: 'account_closed', params: {} }),
      api,
    )
    await screen.findByRole('heading', { level: 1, name: 'Jane Doe' })
    const box = await palette(user)
    const lock = box.getByRole('option', { name: /Lock the web user/ })
    await waitFor(() => expect(lock.getAttribute('aria-disabled')).toBe('true'))
    within(lock).getByText(/closed/)
    const tasks = box.getByRole('option', { name: /Unlock the web user/ })
    within(tasks).getByText('Not for this account as it stands.')
  })

  it('without an account says that one is to be opened first, and keeps the focus where it was', async () => {
    const { user } = openWindow('/find', () => undefined, api)
    const search = await screen.findByRole('searchbox')
    await waitFor(() => expect(document.activeElement).toBe(search))
    const box = await palette(user)
    within(box.getByRole('option', { name: /^Masquerade\b(?!s)/ })).getByText('Open an account first.')
    await user.keyboard('verify{Enter}')
    expect(screen.getByRole('dialog', { name: 'All actions' })).toBeTruthy()
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(document.activeElement).toBe(search)
  })

  it('does not show what the utility has switched off', async () => {
    const { user } = openWindow(
      inAccount,
      (desk) => desk.Policy.mockResolvedValue({ masquerade: { mode: 'off' } }),
      api,
    )
    await screen.findByRole('heading', { level: 1, name: 'Jane Doe' })
    const box = await palette(user)
    expect(box.queryByRole('option', { name: /^Masquerade\b(?!s)/ })).toBeNull()
  })

  it('goes to a place by words, and offers no place to whom it is not open', async () => {
    const csr = { signed_in: true, user: { id: 'CSR001', name: 'Ann', role: 'csr', team: '' } }
    const { user } = openWindow('/find', (desk) => desk.Session.mockResolvedValue(csr), api)
    await screen.findByRole('searchbox')
    const box = await palette(user)
    within(box.getByRole('option', { name: /^Administration/ })).getByText(/Your role has no access/)
    await user.keyboard('needs att{Enter}')
    await screen.findByRole('heading', { level: 1, name: 'Needs attention' })
    expect(window.location.hash).toBe('#/attention')
  })
})

describe('single letters', () => {
  it('are keys only for whoever turned them on, and never in a field', async () => {
    const { user } = openWindow(inAccount, () => undefined, api)
    await screen.findByRole('heading', { level: 1, name: 'Jane Doe' })
    const note = await screen.findByRole('textbox', { name: /Note/ })
    await user.keyboard('n')
    expect(document.activeElement).not.toBe(note)
    await user.keyboard('{Control>}/{/Control}')
    await user.click(await screen.findByRole('checkbox', { name: 'Single letters as keys' }))
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await user.keyboard('n')
    expect(document.activeElement).toBe(note)
    await user.keyboard('no')
    expect(note).toHaveProperty('value', 'no')
  })
})

describe('keys', () => {
  const press = (of: KeyboardEventInit) => new KeyboardEvent('keydown', of)

  it('are read as they are meant', () => {
    expect(pressed(press({ key: 'K', ctrlKey: true }), false)).toBe('Mod+k')
    expect(pressed(press({ key: 'k', ctrlKey: true }), true)).toBe('k')
    expect(pressed(press({ key: 'M', metaKey: true, shiftKey: true }), true)).toBe('Mod+Shift+m')
    // "/" on a Spanish keyboard, and 1 on a French one.
    expect(pressed(press({ key: '/', code: 'Digit7', ctrlKey: true, shiftKey: true }), false)).toBe('Mod+/')
    expect(pressed(press({ key: '&', code: 'Digit1', ctrlKey: true }), false)).toBe('Mod+1')
  })

  it('are written as they stand on the keyboard', () => {
    expect([keyWords('Mod+k', false), keyWords('Mod+Shift+m', true), keyWords('Escape', false)]).toEqual([
      'Ctrl+K',
      '⌘⇧M',
      'Esc',
    ])
  })
})
