// Nothing that was typed is lost: closed by Escape or left, locked away, and after the program ended, it is there again until it is
// sent or dropped.
import { cleanup, configure, fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { districtBoard, policyBook } from '../dev/admin'
import { more } from '../testing/deed'
import { jane, townApi } from '../testing/town'
import { answerFor, place, ready, take } from '../testing/steps'
import { typed, typedElsewhere, type Typed } from '../testing/typed'
import { openWindow } from '../testing/window'

configure({ defaultHidden: true, asyncUtilTimeout: 30_000 })
vi.setConfig({ testTimeout: 120_000 }) // each is three whole windows, and a busy computer is no failure

const admin = { id: 'ADM001', name: 'Alan', role: 'admin', team: 'T1' }

/** A window on a host whose disk outlives it, and which can be locked. */
function open(form: Typed, disk: Map<string, string>) {
  let locked: object | null = null
  let kept = ''
  const town = townApi(() => form.contacts ?? [], form.user)
  const books: Record<string, unknown> = { '/api/policy': policyBook, '/api/districts': districtBoard }
  const opened = openWindow(
    form.place ?? `/account/${jane.account}`,
    (desk) => {
      answerFor(desk, form)
      const user = form.from.startsWith('admin/') ? admin : { ...admin, id: 'SUP01', role: 'supervisor' }
      desk.Session.mockImplementation(() => Promise.resolve({ signed_in: true, user, locked }))
      desk.Draft.mockImplementation((of) => Promise.resolve(disk.get(of) ?? ''))
      desk.SaveDraft.mockImplementation((of, text) => Promise.resolve(void disk.set(of, text)))
      desk.Lock.mockImplementation(() => {
        locked = { at: 1_790_000_100_000 }
        return Promise.resolve()
      })
      desk.Keep.mockImplementation((what) => Promise.resolve(void (kept = what)))
      desk.Unlock.mockImplementation(() => {
        locked = null
        return Promise.resolve(kept)
      })
    },
    (path) => books[path] ?? town(path),
  )
  return { ...opened, kept: () => kept }
}

/** Comes to the field, as one who wants to type there. */
async function come({ begin, field, ...form }: Typed, user: ReturnType<typeof open>['user']) {
  await ready(form)
  for (const step of begin) {
    const opened = step === more && screen.queryByRole('button', { name: step[1], expanded: true })
    if (!opened) await take(user, step)
  }
  return waitFor(() => {
    const [one] = place().getAllByRole<HTMLInputElement>('textbox', { name: field })
    if (!one) throw new Error(`no ${String(field)}`)
    return one
  })
}

it.each(typed.map((form) => [form.from, form.words, form] as const))(
  '%s keeps “%s”',
  async (_, words, form) => {
    const disk = new Map<string, string>()
    const { user, kept } = open(form, disk)
    fireEvent.change(await come(form, user), { target: { value: words } })
    if (form.dialog) {
      await user.keyboard('{Escape}')
      await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    } else {
      window.location.hash = '/results'
      await waitFor(() => expect(place().queryByRole('textbox', { name: form.field })).toBeNull())
      window.location.hash = form.place ?? `/account/${jane.account}`
    }
    expect((await come(form, user)).value).toBe(words)

    await user.keyboard('{Control>}l{/Control}')
    const password = await screen.findByLabelText(/^Password/)
    await waitFor(() => expect(kept()).not.toBe(''))
    expect(document.documentElement.outerHTML).not.toContain(words)
    await user.type(password, 'password{Enter}')
    expect((await come(form, user)).value).toBe(words)

    cleanup()
    expect((await come(form, open(form, disk).user)).value).toBe(words)
  },
)

it('every form with a field is held to it', () => {
  const sources = import.meta.glob<string>('../**/*.tsx', { query: '?raw', import: 'default', eager: true })
  const fields =
    /<(TextInput|Textarea|NumberInput|PasswordInput|Autocomplete|ReasonFields|PolicyField|TextField|input|textarea)\b/
  const files = Object.entries(sources)
    .filter(([path, source]) => !path.includes('.test.') && fields.test(source))
    .map(([path]) => path.replace(/^\.\.\//, '').replace(/^\.\//, 'ui/'))
  expect(files.length).toBeGreaterThan(30)
  const known = new Set([...typed.map(({ from }) => from), ...Object.keys(typedElsewhere)])
  expect(files.filter((file) => !known.has(file))).toEqual([])
  expect([...known].filter((file) => !files.includes(file))).toEqual([])
})
