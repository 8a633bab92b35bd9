import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
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
