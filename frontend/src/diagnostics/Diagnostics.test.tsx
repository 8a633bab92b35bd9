import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { diagnosis } from '../dev/admin'
import { openWindow } from '../testing/window'

it('says how the desk stands, and saves a bundle for support', async () => {
  const { desk, user } = openWindow(
    '/diagnostics',
    () => undefined,
    (path) => (path === '/api/diagnosis' ? diagnosis : undefined),
  )
  expect((await screen.findByRole('row', { name: /d:D01/ })).textContent).toContain('12,840')
  await user.click(screen.getByRole('button', { name: 'Save support bundle…' }))
  expect(desk.SupportBundle).toHaveBeenCalled()
  await screen.findByText('The support bundle is saved. It names no customer.')
})
