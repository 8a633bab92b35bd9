import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

const contact = {
  contact_id: 'C-1',
  account_number: '030000013',
  channel: 'phone',
  reason: 'cannot_sign_in',
  opened_at: 1_790_000_000_000,
  facts: [],
  name: 'Jane Doe',
  service_address: '1 MAIN ST',
  front: true,
}

async function agreeing(level: number) {
  const opened = openWindow(
    '/account/030000013',
    () => undefined,
    (path) => {
      if (path === '/api/contacts')
        return { now: 1_790_000_065_000, rows: [{ ...contact, verified_level: level }] }
      if (path === '/api/reasons')
        return { rows: [{ sort: 'contact', reason_id: 'cannot_sign_in', text_en: 'Cannot log in' }] }
      if (path !== '/api/accounts/030000013') return { contacts: [], callbacks: [], rows: [] }
      return {
        account: { account_number: '030000013', main_person_id: '1', status: 'active' },
        persons: [{ person_id: '1', name: 'Jane Doe' }],
      }
    },
  )
  await screen.findByRole('region', { name: 'Open contact' })
  await opened.user.keyboard('{F4}')
  const dialog = await screen.findByRole('dialog', { name: 'Verify the caller' })
  await opened.user.click(within(dialog).getByRole('button', { name: 'Agree on a passphrase…' }))
  await opened.user.type(within(dialog).getByLabelText('New passphrase'), 'seven gray herons')
  return { ...opened, keep: within(dialog).getByRole('button', { name: 'Keep it' }) }
}

// R23
it('keeps a passphrase for a caller who is verified', async () => {
  const { desk, user, keep } = await agreeing(1)
  await waitFor(() => expect(keep.getAttribute('aria-disabled')).toBe('false'))
  await user.click(keep)
  expect(desk.SetPassphrase).toHaveBeenCalledWith({
    contact_id: 'C-1',
    account: '030000013',
    passphrase: 'seven gray herons',
  })
  await screen.findByText(/The passphrase is kept/)
})

// R23
it('says to verify the caller first', async () => {
  const { desk, user, keep } = await agreeing(0)
  await waitFor(() =>
    expect(document.getElementById(keep.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
      'Verify the caller first.',
    ),
  )
  await user.click(keep)
  expect(desk.SetPassphrase).not.toHaveBeenCalled()
})
