import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

const jane = { web_user_id: 'W00000001', username: 'jane.doe', name: 'Jane Doe', default_profile: true }
const view = {
  account: { account_number: '030000013', main_person_id: '1', status: 'active' },
  persons: [{ person_id: '1', name: 'Jane Doe' }],
  portal_status: 'enrolled',
  portal_email: 'jane@example.com',
  web_users: [jane],
}
const policy = { masquerade: { mode: 'full' }, timezone: 'America/New_York', currency: 'USD' }
const panel = '/account/030000013?tab=webusers'

// R3
it('refuses the panel of web users with a reason and who can change it, and keeps the button', async () => {
  const closed = { code: 'no_permission', params: { permission: 'web_user.view' } }
  const { user } = openWindow(
    panel,
    (desk) => desk.Why.mockResolvedValue({ allowed: false, ...closed }),
    () => ({ ...view, web_users: [], web_users_closed: closed }),
  )
  await screen.findByText('The panel of web users is closed to you')
  const said = screen.getAllByText(
    /permission web_user\.view\)\. Ask a supervisor to do it, or an administrator/,
  )
  expect(said.length).toBeGreaterThan(0)
  const button = await screen.findByRole('button', {
    name: /Log in as|Masquerade/,
    description: /administrator/,
  })
  await user.click(button)
  expect(screen.queryByRole('dialog')).toBeNull()
})

// R4
it('shows neither profile nor log-in where the utility does without the portal', async () => {
  openWindow(
    panel,
    (desk) => desk.Policy.mockResolvedValue({ ...policy, portal_in_use: false }),
    () => ({
      ...view,
      portal_status: '',
      portal_email: '',
      web_users: [],
      web_users_closed: { code: 'portal_off' },
    }),
  )
  await screen.findByText(/does without the customers' portal.*An administrator can switch it on/)
  expect(screen.queryByRole('button', { name: /Log in as|Masquerade/ })).toBeNull()
  expect(screen.queryByText('Portal email')).toBeNull()
  expect(screen.queryByText('Enrolled')).toBeNull()
})

// R4, R5, R6
it('shows the button and where customers sign in where the portal is in use', async () => {
  openWindow(
    panel,
    (desk) => desk.Policy.mockResolvedValue({ ...policy, portal_home: 'https://portal.example.com/home' }),
    () => view,
  )
  await screen.findByText('Customers sign in at https://portal.example.com/home')
  const buttons = await screen.findAllByRole('button', { name: /Log in as|Masquerade/ })
  await waitFor(() => expect(buttons[0]?.getAttribute('aria-disabled')).toBe('false'))
})

// R7
it('says that the desk is switched off and who can change it, and leaves what was made before in reach', async () => {
  const off = (place: string) =>
    openWindow(
      place,
      (desk) => desk.Policy.mockResolvedValue({ ...policy, console_off: { code: 'console_off' } }),
      () => ({}),
    )
  off('/find')
  const said = await screen.findByText(/An administrator can switch it on again/)
  expect(said.getAttribute('role')).toBe('alert')
  await screen.findByText('The desk is switched off')
  expect(screen.queryByRole('searchbox')).toBeNull()
  window.location.hash = '/attention'
  await screen.findByRole('heading', { level: 1, name: 'Needs attention' })
})
