import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

it('shows what was refused, why, and the values, and repeats or discards it', async () => {
  const { desk, user } = openWindow(
    '/attention',
    (answers) =>
      answers.Attention.mockResolvedValue([
        {
          command_id: 'c9',
          kind: 'preferences.change',
          state: 'rejected',
          account: '030000013',
          created_at: 1_790_000_000_000,
          code: 'account_closed',
          params: { account: '030000013' },
          before: { paperless: false, nickname: 'Camp' },
          after: { paperless: true, nickname: 'Camp' },
        },
      ]),
    () => ({}),
  )
  const item = within(await screen.findByRole('listitem', { name: 'Change preferences 030000013' }))
  item.getByText('Account 030000013 is closed.')
  item.getByText('Refused')
  const changes = item.getAllByRole('listitem').map((each) => each.textContent)
  expect(changes).toEqual(['Paperless: No → Yes'])
  await user.click(item.getByRole('button', { name: 'Repeat' }))
  expect(desk.Repeat).toHaveBeenCalledWith('c9')
  await user.click(item.getByRole('button', { name: 'Discard' }))
  expect(desk.Discard).toHaveBeenCalledWith('c9')
  screen.getByText('Everything was sent')
})
