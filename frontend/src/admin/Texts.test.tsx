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

// It fails when the letter is not asked of the portal, and when a change leaves out its language.
it('shows a letter with a change as a customer will read it, before it is saved', async () => {
  const { desk, user } = open()
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Letter' }), 'Your bill is ready')
  expect(screen.queryByRole('textbox', { name: 'Text, English' })?.getAttribute('placeholder')).toBe(
    'A new bill for your account is ready.',
  )
  const spanish = await screen.findByRole('textbox', { name: 'Text, Spanish' })
  await user.click(spanish)
  await user.paste('{{name}}: la cuenta {{account}} debe {{amount}}.')
  await screen.findByText(/It may hold {{name}}, {{account}}\.$/, { selector: '[class*=error]' })
  await user.clear(spanish)
  await user.paste('{{name}}: hay una factura de la cuenta {{account}}.')
  await screen.findByText('Jane Doe: hay una factura de la cuenta terminada en 0013.')
  desk.TryLetter.mockResolvedValue({ subject: 'Su factura está lista', text: 'Hola, Jane Doe:\n\nHay una.' })
  await user.click(screen.getByRole('button', { name: 'See what changes…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Change the policy' })
  const letter = await within(dialog).findByRole('figure', {
    name: '“Your bill is ready”, Spanish, as a customer will read it',
  })
  await within(letter).findByText(/Hola, Jane Doe:/)
  const changes = { 'message.bill_ready.es': '{{name}}: hay una factura de la cuenta {{account}}.' }
  expect(desk.TryLetter).toHaveBeenCalledWith({ template: 'bill_ready', language: 'es', changes })
  within(dialog).getByRole('row', { name: /^Text of “Your bill is ready”, Spanish/ })
})
