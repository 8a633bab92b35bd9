import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { policyBook } from '../dev/admin'
import { openWindow } from '../testing/window'

const admin = { signed_in: true, user: { id: 'ADM001', name: 'Alan', role: 'admin' } }

function open() {
  return openWindow(
    '/admin?tab=texts',
    (desk) => desk.Session.mockResolvedValue(admin),
    (path) => (path === '/api/policy' ? policyBook : undefined),
  )
}

// R63
it('shows the utility’s texts in both languages, each as it will be read', async () => {
  open()
  const banner = await screen.findByRole('region', { name: 'Banner of a masquerade' })
  within(banner).getByText('You are jane.doe now, on account 030000013.')
  within(banner).getByText('Está actuando como este cliente. Todo se registra a su nombre.')
})

// R62, R63
it('saves a text with its placeholders, and none with others', async () => {
  const { desk, user } = open()
  const spanish = await screen.findByRole('textbox', { name: 'Banner of a masquerade, Spanish' })
  await user.click(spanish)
  await user.paste('Usted es {{user}}.')
  await screen.findByText(/It may hold {{username}}, {{account}}\.$/, { selector: '[class*=error]' })
  await user.click(screen.getByRole('button', { name: 'See what changes…' }))
  expect(screen.queryByRole('dialog')).toBeNull()
  await user.clear(spanish)
  await user.paste('Usted es {{username}}.')
  await screen.findByText('Usted es jane.doe.')
  await user.click(screen.getByRole('button', { name: 'See what changes…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Change the policy' })
  await user.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(desk.ChangePolicy).toHaveBeenCalledWith({
    changes: { 'masquerade.banner.es': 'Usted es {{username}}.' },
    seen: { 'masquerade.banner.es': '' },
    words: '',
  })
})
