import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

// Seen to fail while the button asked nobody.
it('R1: holds back the list over accounts for whom may not save it, and says why', async () => {
  const { desk, user } = openWindow(
    '/payments',
    (answers) => {
      answers.Why.mockImplementation((kind) =>
        Promise.resolve(
          kind === 'export.record'
            ? { allowed: false, code: 'no_permission', params: { permission: 'table.export' } }
            : { allowed: true },
        ),
      )
    },
    () => ({ total: 0, totals: [], rows: [] }),
  )
  const button = await screen.findByRole('button', { name: 'Save as CSV: Payment administration' })
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'))
  expect(desk.Why).toHaveBeenCalledWith('export.record', { account: '', table: 'all_payments' })
  expect(screen.getByRole('button', { description: /supervisor|permission/i })).toBe(button)
  await user.click(button)
  expect(desk.ExportTable).not.toHaveBeenCalled()
})
