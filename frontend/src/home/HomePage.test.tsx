import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

// Seen to fail when only what the CSR made themselves was asked for.
it('R37: shows what is still to do of what I made or what is mine to do, with a way to each', async () => {
  const asked: string[] = []
  openWindow(
    '/home',
    () => undefined,
    (path, query) => {
      if (path !== '/api/tasks') return { rows: [] }
      asked.push(query.toString())
      return {
        total: 1,
        rows: [{ task_id: 'T7', kind: 'meter_read.submitted', account_number: '030000013' }],
      }
    },
  )
  const mine = within(await screen.findByRole('region', { name: 'My open tasks' }))
  const link = await mine.findByRole('link', { name: 'Meter reading submitted' })
  expect(link.getAttribute('href')).toBe('#/tasks/T7')
  mine.getByText('030000013')
  expect(asked).toEqual(['of=SUP01&status=open%2Cin_progress&limit=6&offset=0'])
})
