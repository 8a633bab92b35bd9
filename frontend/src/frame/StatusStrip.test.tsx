import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

it('says that it is offline, how old the data is and what waits, and follows the host', async () => {
  let status: object = {
    phase: 'offline',
    as_of: Date.UTC(2026, 10, 1, 15, 20),
    unsent: 2,
    attention: 1,
    secrets: 'file',
    problem: { code: 'offline', params: { address: 'portal.example' } },
  }
  const { changed } = openWindow(
    '/find',
    (desk) => desk.Status.mockImplementation(() => Promise.resolve(status)),
    () => ({}),
  )
  const strip = within(await screen.findByRole('contentinfo', { name: 'Status' }))
  strip.getByText('Offline')
  await strip.findByText(/Data as of Nov 1, 2026, 10:20/)
  strip.getByText(/The portal at portal.example cannot be reached/)
  strip.getByRole('link', { name: '2 changes not yet sent' })
  strip.getByRole('link', { name: '1 needs attention' })
  strip.getByText('Secrets are kept in a file, not in the keyring')

  status = { phase: 'live', as_of: Date.UTC(2026, 10, 1, 15, 21), secrets: 'keyring' }
  changed('status')
  await strip.findByText('Connected')
  expect(strip.queryByText(/Secrets/)).toBeNull()
})

it('asks before a copy that differs again is fetched once more', async () => {
  const { desk, user } = openWindow(
    '/find',
    (desk) =>
      desk.Status.mockImplementation(() =>
        Promise.resolve({
          phase: 'live',
          as_of: 1,
          secrets: 'keyring',
          problem: { code: 'replica_differs_again' },
        }),
      ),
    () => ({}),
  )
  const strip = within(await screen.findByRole('contentinfo', { name: 'Status' }))
  await strip.findByText(/differs from the portal's again/)
  expect(desk.Recover).not.toHaveBeenCalled()
  await user.click(strip.getByRole('button', { name: 'Fetch it once more' }))
  expect(desk.Recover).toHaveBeenCalledOnce()
})

// Seen to fail where only what was due when the list was read is counted.
it('R25: reminds of a promised call on every page, also once it becomes due', async () => {
  const row = (id: string, due_at: number) => ({
    callback_id: id,
    account_number: '030000013',
    due_at,
    name: 'Jane Doe',
    overdue: false,
  })
  openWindow(
    '/find',
    (desk) =>
      desk.Status.mockImplementation(() => Promise.resolve({ phase: 'live', as_of: 1, secrets: 'keyring' })),
    (path) =>
      path === '/api/callbacks' ? { rows: [row('C1', Date.now() - 1000), row('C2', Date.now() + 1500)] } : {},
  )
  const strip = within(await screen.findByRole('contentinfo', { name: 'Status' }))
  await strip.findByRole('link', { name: '1 callback due' })
  const both = await strip.findByRole('link', { name: '2 callbacks due' }, { timeout: 10_000 })
  expect(both.getAttribute('href')).toContain('/home')
})
