// M5 at the desk: whoever walks away leaves no customer on the screen, and finds all as it was.
import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { accountOf, contactOf, jane } from '../testing/town'
import { openWindow, type Api } from '../testing/window'

const at = `/account/${jane.account}`
const api: Api = (path) => {
  if (path === `/api/accounts/${jane.account}`) return accountOf(jane)
  if (path === '/api/contacts') return { rows: [contactOf(jane, true)] }
  return path === '/api/recent' ? [] : { total: 0, rows: [], sections: [] }
}
const who = { id: 'CSR001', name: 'Ann Day', role: 'csr', team: 'T1' }

/** A desk whose host can be locked: by the window, by itself, and as it was when the program began. */
function open(place = at, locked: object | null = null) {
  const drafts = new Map<string, string>()
  let kept = ''
  const told: string[] = []
  const opened = openWindow(
    place,
    (desk) => {
      const noting =
        (name: string, does: (...args: string[]) => unknown) =>
        (...args: string[]) => {
          told.push(name)
          return Promise.resolve(does(...args))
        }
      desk.Session.mockImplementation(() =>
        Promise.resolve({
          signed_in: true,
          user: who,
          since: 1_790_000_000_000,
          timezone: 'Asia/Kathmandu',
          locked,
        }),
      )
      desk.Draft.mockImplementation((account) => Promise.resolve(drafts.get(account) ?? ''))
      desk.SaveDraft.mockImplementation(
        noting('draft', (account = '', text = '') => void drafts.set(account, text)),
      )
      desk.Lock.mockImplementation(
        noting('lock', () => {
          locked = { at: 1_790_000_100_000 }
          window.setTimeout(() => opened.changed('session'))
        }),
      )
      desk.Keep.mockImplementation(noting('keep', (what = '') => void (kept = what)))
      desk.Unlock.mockImplementation((password) => {
        if (password !== 'password')
          // Wails rejects with the bare string.
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          return Promise.reject('{"code":"unlock_failed","params":{"left":"9"}}')
        locked = null
        return Promise.resolve(kept)
      })
    },
    api,
  )
  return {
    ...opened,
    told,
    kept: () => kept,
    lockByItself: () => {
      locked = { at: 1_790_000_100_000, idle: true }
      opened.changed('session')
    },
  }
}

const box = () => screen.findByLabelText<HTMLInputElement>(/^Password/)
const jane_ = () => screen.findByRole('heading', { level: 1, name: jane.name })

/** Nothing in the document speaks of the customer, and neither do its title and where it is. */
function tellsNothing() {
  const all = `${document.documentElement.outerHTML} ${document.title} ${window.location.href}`
  for (const secret of [jane.account, 'Jane', 'jane.doe', '12 Main St', '0042', 'on Friday'])
    expect(all).not.toContain(secret)
}

/** Goes through the history, where nothing is left of the customer. */
async function backAndForth() {
  await waitFor(() => expect(window.location.hash).toBe('#/'))
  for (const step of [-1, -1, 1, 1, 1]) {
    window.history.go(step)
    await new Promise((resolve) => {
      window.addEventListener('popstate', resolve, { once: true })
      window.setTimeout(resolve, 50)
    })
    tellsNothing()
  }
}

// Seen to fail with the focus left alone, and with the note sent away after the lock.
it('M5: Ctrl+L leaves nothing of the customer, and the password brings all of it back', async () => {
  const { desk, user, told, kept } = open()
  await jane_()
  await user.type(await screen.findByRole('textbox', { name: /Note/ }), 'moves out on Friday')
  await user.keyboard('{Control>}l{/Control}')

  await screen.findByRole('heading', { level: 1, name: 'Desk locked' })
  expect((await screen.findByRole('alert')).textContent).toMatch(/^Locked since .*your contacts stay open/)
  expect(document.activeElement).toBe(await box())
  screen.getByText('Ann Day')
  screen.getByText(/^CSR001/)
  // The utility's clock, which is nowhere near this computer's. Seen to fail with the computer's.
  screen.getByText(/^Signed in since .*7:58\sPM/)
  await waitFor(() => expect(told.at(-1)).toBe('keep'))
  expect(told.slice(-3)).toEqual(['draft', 'lock', 'keep'])
  expect(kept()).toContain(jane.account)
  await waitFor(tellsNothing)

  await user.keyboard('password{Enter}')
  await jane_()
  expect(desk.Unlock).toHaveBeenCalledExactlyOnceWith('password')
  expect(window.location.hash).toBe(`#${at}`)
  const note = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: /Note/ })
  expect(note.value).toBe('moves out on Friday')
  expect((await screen.findAllByRole('region', { name: /contact/i })).length).toBeGreaterThan(0)
})

// Seen to fail where the history is left as it was.
it('going back and forward leads to no customer', async () => {
  const { user } = open('/find')
  await screen.findByRole('searchbox')
  window.location.hash = at
  await jane_()
  await user.click(screen.getByRole('link', { name: 'Home' }))
  await screen.findByRole('heading', { level: 1, name: 'Home' })
  await user.click(screen.getByRole('button', { name: /^Lock this desk/ }))
  await box()
  await backAndForth()
  await box()
})

// Seen to fail where the history is left as it was.
it('going back and forward leads to no customer from the page to sign in either', async () => {
  const { user, desk, changed } = open('/find')
  await screen.findByRole('searchbox')
  window.location.hash = at
  await jane_()
  await user.click(screen.getByRole('link', { name: 'Home' }))
  await screen.findByRole('heading', { level: 1, name: 'Home' })
  desk.SignOut.mockImplementation(() => {
    desk.Session.mockResolvedValue({ signed_in: false })
    return Promise.resolve()
  })
  await user.click(screen.getByRole('button', { name: 'Sign out' }))
  const asks = await screen.findByRole('dialog', { name: /^Sign out/ })
  await user.click(within(asks).getByRole('button', { name: 'Sign out' }))
  changed('session')
  await screen.findByRole('heading', { level: 1, name: /^Sign in/ })
  await backAndForth()
})

it('a desk that locked itself says so, and keeps what was typed into a form', async () => {
  const { user, lockByItself, desk } = open(`${at}?tab=customer`)
  const email = await screen.findByRole<HTMLInputElement>('textbox', { name: /email/i })
  await user.clear(email)
  await user.type(email, 'new@example.com')
  lockByItself()
  expect((await screen.findByRole('alert')).textContent).toMatch(/as nobody used it/)
  expect(desk.Lock).not.toHaveBeenCalled()
  await waitFor(() => expect(desk.Keep).toHaveBeenCalledOnce())
  await waitFor(tellsNothing)
  expect(document.documentElement.outerHTML).not.toContain('new@example.com')
  await user.type(await box(), 'password{Enter}')
  const again = await screen.findByRole<HTMLInputElement>('textbox', { name: /email/i })
  expect(again.value).toBe('new@example.com')
})

it('says in place what was wrong, empties the box, and begins locked where it was left locked', async () => {
  const { user, desk } = open('/', { at: 1_790_000_100_000 })
  await user.type(await box(), 'guess{Enter}')
  await screen.findByText(/The password is wrong. Tries left before the desk signs out: 9/)
  expect((await box()).value).toBe('')
  expect(desk.Policy).not.toHaveBeenCalled()
  await user.type(await box(), 'password{Enter}')
  await screen.findByRole('searchbox')
})

it('works from within a dialog', async () => {
  const { user } = open()
  await jane_()
  await user.keyboard('{Control>}k{/Control}')
  await screen.findByRole('dialog')
  await user.keyboard('{Control>}l{/Control}')
  await box()
  expect(screen.queryByRole('dialog')).toBeNull()
})

// Seen to fail with the call asked for a turn after the host's word of it.
it('a call that comes in waits until the desk is open again', async () => {
  const { user, desk, changed } = open('/find', { at: 1_790_000_100_000 })
  await box()
  desk.Pop.mockResolvedValue({ id: 1, account: jane.account, here: true })
  desk.Status.mockResolvedValue({ online: false, phase: 'offline' })
  // What came with the call is on the page: had the call been asked for, it was by now.
  changed('pop', 'status')
  await screen.findByText(/checked on this computer/)
  tellsNothing()
  expect(desk.Pop).not.toHaveBeenCalled()
  await user.type(await box(), 'password{Enter}')
  await jane_()
})

it('switches users by signing out, which asks first', async () => {
  const { user, desk } = open('/', { at: 1_790_000_100_000 })
  await box()
  await user.click(screen.getByRole('button', { name: 'Switch user' }))
  await screen.findByRole('dialog', { name: /^Sign out/ })
  await user.click(screen.getByRole('button', { name: 'Sign out' }))
  await waitFor(() => expect(desk.SignOut).toHaveBeenCalledWith(false))
})

describe('the lock’s page', () => {
  const locked = { at: 1_790_000_100_000 }
  it.each([
    { name: 'offline', status: { online: false, phase: 'offline' }, says: /checked on this computer/ },
    {
      name: 'ended at the portal',
      status: { online: false, phase: 'offline', problem: { code: 'not_signed_in' } },
      says: /The portal ended this sign-in/,
    },
  ])('says what became of the sign-in: $name', async ({ status, says }) => {
    const { desk, changed } = open('/', locked)
    await box()
    desk.Status.mockResolvedValue(status)
    changed('status')
    expect((await screen.findByRole('status')).textContent).toMatch(says)
  })
})

it('a host that does not lock leaves the desk as it was, and says why', async () => {
  const { user, desk } = open()
  await jane_()
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  desk.Lock.mockImplementation(() => Promise.reject('{"code":"fault"}'))
  await user.type(await screen.findByRole('textbox', { name: /Note/ }), 'moves')
  await user.keyboard('{Control>}l{/Control}')
  await jane_()
  await screen.findByText(/Something went wrong/)
})

it('tells the host that somebody is here, and not at every key', async () => {
  const { user, desk } = open()
  await user.type(await screen.findByRole('textbox', { name: /Note/ }), 'moves out')
  expect(desk.Used).toHaveBeenCalledOnce()
})
