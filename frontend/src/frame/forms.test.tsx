import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { accountOf, jane } from '../testing/town'
import { openWindow } from '../testing/window'
import { packed } from './forms'

// The first page is loaded here, and a busy computer is no failure.
configure({ asyncUtilTimeout: 30_000 })
vi.setConfig({ testTimeout: 120_000 })

const place = `/account/${jane.account}?tab=customer`
const api = (path: string) => (path === `/api/accounts/${jane.account}` ? accountOf(jane) : { rows: [] })
const nickname = () => screen.findByRole<HTMLInputElement>('textbox', { name: 'Nickname' })

// Seen to fail with a pause of two seconds.
it('what is typed into a form is on the disk within 300 ms, and gone from it once it is as it was', async () => {
  const { desk } = openWindow(place, () => undefined, api)
  const box = await nickname()
  vi.useFakeTimers()
  try {
    for (const value of ['C', 'Ca']) fireEvent.change(box, { target: { value } })
    expect(desk.SaveDraft).not.toHaveBeenCalled()
    await act(() => vi.advanceTimersByTimeAsync(300))
    expect(desk.SaveDraft).toHaveBeenCalledExactlyOnceWith('forms', expect.stringContaining('"Ca"'))
    fireEvent.change(box, { target: { value: '' } })
    await act(() => vi.advanceTimersByTimeAsync(300))
    expect(desk.SaveDraft).toHaveBeenLastCalledWith('forms', '')
  } finally {
    vi.useRealTimers()
  }
})

// Seen to fail with a save of what is typed over what could not be read.
it('writes nothing over what could not be read, and says so of what cannot be written', async () => {
  const fault = () => Promise.reject(new Error('{"code":"fault"}'))
  const { desk, user } = openWindow(
    place,
    (host) => host.Draft.mockImplementation((of) => (of === 'forms' ? fault() : Promise.resolve(''))),
    api,
  )
  await user.type(await nickname(), 'Camp')
  await user.click(screen.getByRole('link', { name: 'Results' }))
  await screen.findByText(/Something went wrong/)
  expect(desk.SaveDraft).not.toHaveBeenCalled()
})

// Seen to fail with a dialog that keeps its words when they were sent.
it('what was sent is not there again, nor what is begun anew', async () => {
  const { desk, user } = openWindow(place, () => undefined, api)
  const open = async () => {
    const lock = await screen.findByRole('button', { name: 'Lock' })
    await waitFor(() => expect(lock.getAttribute('aria-disabled')).toBe('false'))
    await user.click(lock)
    return within(await screen.findByRole('dialog', { name: 'Lock this web user?' }))
  }
  const words = (dialog: Awaited<ReturnType<typeof open>>) =>
    dialog.getByRole<HTMLTextAreaElement>('textbox', { name: /^In words/ })
  let dialog = await open()
  expect(dialog.queryByText('What you typed before is here again.')).toBeNull()
  await user.type(words(dialog), 'asked')
  await user.keyboard('{Escape}')
  dialog = await open()
  expect(words(dialog).value).toBe('asked')
  dialog.getByText('What you typed before is here again.')
  await user.click(dialog.getByRole('button', { name: 'Begin anew' }))
  expect(words(dialog).value).toBe('')
  expect(document.activeElement).toBe(dialog.getByRole('combobox', { name: /^Reason/ }))

  await user.selectOptions(dialog.getByRole('combobox', { name: /^Reason/ }), 'misuse')
  await user.type(words(dialog), 'asked for it')
  await user.click(dialog.getByRole('button', { name: 'Yes, lock' }))
  await waitFor(() => expect(desk.LockWebUser).toHaveBeenCalledOnce())
  dialog = await open()
  expect(words(dialog).value).toBe('')
  expect(dialog.queryByText('What you typed before is here again.')).toBeNull()
})

it('keeps the latest of very much, within bounds', () => {
  expect(packed(new Map())).toBe('')
  const many = new Map(Array.from({ length: 150 }, (_, nth) => [`form ${nth}`, 'x']))
  expect(JSON.parse(packed(many))).toEqual([...many].slice(50))
  const long = new Map(['a', 'b', 'c'].map((name) => [name, name.repeat(90_000)]))
  expect(JSON.parse(packed(long))).toEqual([...long].slice(1))
})
