import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

const view = {
  account: { account_number: '030000013', main_person_id: '1', status: 'active' },
  persons: [{ person_id: '1', name: 'Jane Doe' }],
  web_users: [{ web_user_id: 'W00000001', username: 'jane.doe', name: 'Jane Doe', portal_status: 'enrolled' }],
}

it('opens to view only, once the reason and the acknowledgement that policy wants are there', async () => {
  const { desk, user } = openWindow(
    '/account/030000013',
    (answers) =>
      answers.Policy.mockResolvedValue({
        masquerade: { mode: 'full', acknowledge: 'every', reason: 'required', ack_text: 'I know that it is real.' },
      }),
    () => view,
  )
  const button = await screen.findByRole('button', { name: 'Masquerade' })
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'))
  await user.click(button)
  const dialog = within(await screen.findByRole('dialog'))
  expect(dialog.getByRole<HTMLInputElement>('radio', { name: 'View only' }).checked).toBe(true)
  await user.type(dialog.getByRole('textbox', { name: /Reason/ }), 'cannot find a bill')
  await user.click(dialog.getByRole('button', { name: 'Start masquerade' }))
  expect(desk.StartMasquerade).not.toHaveBeenCalled()
  await user.click(dialog.getByRole('checkbox', { name: 'I know that it is real.' }))
  await user.click(dialog.getByRole('button', { name: 'Start masquerade' }))
  expect(desk.StartMasquerade).toHaveBeenCalledWith({
    web_user_id: 'W00000001',
    account: '030000013',
    mode: 'view',
    reason: 'cannot find a bill',
    acknowledged: true,
    language: 'en',
  })
})

it('stands over every page while it is open, and can be ended there', async () => {
  const { desk, user } = openWindow(
    '/attention',
    (answers) =>
      answers.Masquerade.mockResolvedValue({ open: true, username: 'jane.doe', account: '030000013', mode: 'view', ends_at: 1 }),
    () => ({}),
  )
  const strip = within(await screen.findByRole('region', { name: 'Open masquerade' }))
  strip.getByText('You are signed in as jane.doe')
  await user.click(strip.getByRole('button', { name: 'End masquerade' }))
  expect(desk.EndMasquerade).toHaveBeenCalledOnce()
})

it('is acknowledged for one customer, not for the one chosen next', async () => {
  const john = { web_user_id: 'W00000002', username: 'john.doe', name: 'John Doe' }
  const { desk, user } = openWindow(
    '/account/030000013',
    (answers) =>
      answers.Policy.mockResolvedValue({ masquerade: { mode: 'view', acknowledge: 'every', reason: 'off' } }),
    () => ({ ...view, web_users: [...view.web_users, john] }),
  )
  const button = await screen.findByRole('button', { name: 'Masquerade' })
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'))
  await user.click(button)
  const dialog = within(await screen.findByRole('dialog'))
  const box = dialog.getByRole<HTMLInputElement>('checkbox')
  await user.click(box)
  await user.selectOptions(dialog.getByRole('combobox', { name: 'As web user' }), 'John Doe · john.doe')
  expect(box.checked).toBe(false)
  await user.click(dialog.getByRole('button', { name: 'Start masquerade' }))
  expect(desk.StartMasquerade).not.toHaveBeenCalled()
  await user.click(box)
  await user.click(dialog.getByRole('button', { name: 'Start masquerade' }))
  expect(desk.StartMasquerade).toHaveBeenCalledWith(expect.objectContaining({ web_user_id: 'W00000002' }))
})
