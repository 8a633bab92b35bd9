import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { districtBoard, policyBook } from '../dev/admin'
import { openWindow } from '../testing/window'

const admin = { signed_in: true, user: { id: 'ADM001', name: 'Alan', role: 'admin' } }
type Desk = Parameters<Parameters<typeof openWindow>[1]>[0]

function open(board: unknown, change: (desk: Desk) => void = () => undefined) {
  return openWindow(
    '/admin?tab=districts',
    (desk) => {
      desk.Session.mockResolvedValue(admin)
      change(desk)
    },
    (path) => (path === '/api/policy' ? policyBook : path === '/api/districts' ? board : undefined),
  )
}

it('says how large each district is and who holds it', async () => {
  open(districtBoard)
  const row = await screen.findByRole('row', { name: /Barre City/ })
  expect(row.textContent).toBe('D01Barre City3,120214,300CSR001, CSR01414')
  await screen.findByText('Every district is held by: ADM001, SUP001.')
})

it('changes the depth only after it counted what leaves how many desks', async () => {
  const { desk, user } = open(districtBoard, (host) =>
    host.TryDepth.mockResolvedValue([{ district_id: 'D01', leaves: 12_400, comes: 0, desks: 14 }]),
  )
  const months = await screen.findByRole('textbox', { name: 'Months of bills on a desk' })
  await user.type(months, '6')
  await user.click(screen.getByRole('button', { name: 'See what changes…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Change what desks keep' })
  await within(dialog).findByRole('row', { name: 'D01 12,400 0 14' })
  expect(desk.TryDepth).toHaveBeenCalledWith({ changes: { 'replica.bills': '6' } })
  expect(desk.ChangePolicy).not.toHaveBeenCalled()
  await user.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(desk.ChangePolicy).toHaveBeenCalledWith({
    changes: { 'replica.bills': '6' },
    seen: { 'replica.bills': '' },
    words: '',
  })
})

it('keeps the draft and says so where the portal cannot count', async () => {
  const { desk, user } = open(districtBoard, (host) =>
    host.TryDepth.mockRejectedValue(new Error('{"code":"online_only"}')),
  )
  await user.type(await screen.findByRole('textbox', { name: 'Months of bills on a desk' }), '6')
  await user.click(screen.getByRole('button', { name: 'See what changes…' }))
  const dialog = await screen.findByRole('dialog')
  await within(dialog).findByRole('alert')
  await user.click(within(dialog).getByRole('button', { name: 'Save' }))
  expect(desk.ChangePolicy).not.toHaveBeenCalled()
})

it('says how districts come in where there are none', async () => {
  open({ districts: [], everywhere: [] })
  await screen.findByText('There are no districts yet')
})
