import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { openWindow } from '../testing/window'

const view = { account: { account_number: '030000013' } }

it('a note begins with its draft, is kept at a pause, and is kept when the account is left', async () => {
  const { desk, user } = openWindow(
    '/account/030000013',
    (answers) => answers.Draft.mockResolvedValue('Called about'),
    () => view,
  )
  const box = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: /Note/ })
  expect(box.value).toBe('Called about')
  await user.keyboard('{F7}')
  expect(document.activeElement).toBe(box)
  await user.keyboard(' the bill')
  await screen.findByText('Saved on this computer')
  expect(desk.SaveDraft).toHaveBeenLastCalledWith('030000013', 'Called about the bill')
  await user.keyboard('!')
  await user.click(screen.getByRole('link', { name: 'Results' }))
  await waitFor(() => expect(desk.SaveDraft).toHaveBeenLastCalledWith('030000013', 'Called about the bill!'))
})

// Seen to fail with a pause of two seconds.
it('is kept within 300 ms of the last letter, and not at every letter', async () => {
  const { desk } = openWindow(
    '/account/030000013',
    () => undefined,
    () => view,
  )
  const box = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: /Note/ })
  vi.useFakeTimers()
  try {
    for (const value of ['m', 'mo', 'mov']) {
      fireEvent.change(box, { target: { value } })
      await act(() => vi.advanceTimersByTimeAsync(100))
    }
    expect(desk.SaveDraft).not.toHaveBeenCalled()
    await act(() => vi.advanceTimersByTimeAsync(200))
    expect(desk.SaveDraft).toHaveBeenCalledExactlyOnceWith('030000013', 'mov')
  } finally {
    vi.useRealTimers()
  }
})

it('takes no words while a note is being saved, and asks once', async () => {
  let saved: (() => void) | undefined
  const { desk, user } = openWindow(
    '/account/030000013',
    (answers) => answers.WriteNote.mockReturnValue(new Promise((done) => (saved = () => done({})))),
    () => view,
  )
  const box = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: /Note/ })
  await user.type(box, 'moves out')
  const save = screen.getByRole('button', { name: 'Save note' })
  await waitFor(() => expect(save.getAttribute('aria-disabled')).toBe('false'))
  await user.click(save)
  await waitFor(() =>
    expect(desk.WriteNote).toHaveBeenCalledWith({ account: '030000013', text: 'moves out' }),
  )
  await user.type(box, ' on Friday')
  expect(box.value).toBe('moves out')
  saved?.()
  await waitFor(() => expect(box.value).toBe(''))
  await user.type(box, 'next')
  expect(box.value).toBe('next')
  expect(desk.WriteNote).toHaveBeenCalledOnce()
})

it('offers no empty box over a draft that cannot be read', async () => {
  openWindow(
    '/account/030000013',
    (answers) => answers.Draft.mockRejectedValue(new Error('{"code":"fault"}')),
    () => view,
  )
  await screen.findByRole('alert')
  expect(screen.queryByRole('textbox', { name: /Note/ })).toBeNull()
})
