// A call from a phone system: it leads somewhere, takes nothing away, and proves nothing (R23).
import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow, type Api } from '../testing/window'

const account = (number: string, name: string) => ({
  account: { account_number: number, customer_class: 'residential', status: 'active', main_person_id: '1' },
  persons: [{ person_id: '1', kind: 'person', name, relationship: 'main' }],
  premise: { address1: '12 Main St' },
})
const api: Api = (path) => {
  if (path === '/api/accounts/030000013') return account('030000013', 'Jane Doe')
  if (path === '/api/accounts/030000026') return account('030000026', 'Walter Oakes')
  return { total: 0, sections: [] }
}
const strip = () => within(screen.getByRole('contentinfo'))

it('goes to the account that it names, and says that who is calling is to be verified', async () => {
  const { desk } = openWindow(
    '/find',
    (desk) => desk.Pop.mockResolvedValueOnce({ id: 3, account: '030000026', here: true }),
    api,
  )
  await screen.findByRole('heading', { level: 1, name: 'Walter Oakes' })
  await strip().findByText(/asked for 030000026. Verify who is calling/)
  await waitFor(() => expect(desk.PopSeen).toHaveBeenCalledExactlyOnceWith(3))
})

it('searches for a phone number, which alone opens nobody', async () => {
  const { changed, desk } = openWindow('/attention', () => undefined, api)
  await screen.findByRole('heading', { level: 1, name: 'Needs attention' })
  desk.Pop.mockResolvedValue({ id: 1, phone: '8025550114' })
  changed('pop')
  await waitFor(() => expect(window.location.hash).toBe('#/find?q=8025550114'))
  await strip().findByText(/The number proves nothing/)
})

it('searches for an account that is not of this desk', async () => {
  openWindow('/find', (desk) => desk.Pop.mockResolvedValueOnce({ id: 1, account: '0990' }), api)
  await waitFor(() => expect(window.location.hash).toBe('#/find?q=0990'))
})

it('waits while somebody writes or decides, and goes when told to', async () => {
  const { changed, desk, user } = openWindow('/account/030000013', () => undefined, api)
  const note = await screen.findByRole('textbox', { name: /Note/ })
  await user.type(note, 'half a sen')
  desk.Pop.mockResolvedValue({ id: 7, account: '030000026', here: true })
  changed('pop')
  const bar = within(await screen.findByRole('region', { name: 'Incoming call' }))
  bar.getByText(/What you are doing here was left as it is/)
  await user.keyboard('tence')
  expect(note).toHaveProperty('value', 'half a sentence')
  expect(window.location.hash).toBe('#/account/030000013')
  expect(desk.PopSeen).not.toHaveBeenCalled()
  await user.click(bar.getByRole('button', { name: 'Show the caller' }))
  await screen.findByRole('heading', { level: 1, name: 'Walter Oakes' })
  expect(desk.PopSeen).toHaveBeenCalledExactlyOnceWith(7)
})

it('is dismissed without leaving', async () => {
  const { changed, desk, user } = openWindow('/account/030000013', () => undefined, api)
  await user.click(await screen.findByRole('textbox', { name: /Note/ }))
  desk.Pop.mockResolvedValue({ id: 7, phone: '8025550114' })
  changed('pop')
  await user.click(await screen.findByRole('button', { name: 'Dismiss' }))
  expect(screen.queryByRole('region', { name: 'Incoming call' })).toBeNull()
  expect(window.location.hash).toBe('#/account/030000013')
})

it('says so when the link could not be understood, and goes nowhere', async () => {
  openWindow(
    '/attention',
    (desk) => desk.Pop.mockResolvedValueOnce({ id: 2, problem: { code: 'pop_malformed' } }),
    api,
  )
  await screen.findByRole('heading', { level: 1, name: 'Needs attention' })
  await strip().findByText(/its link cannot be understood/)
  expect(window.location.hash).toBe('#/attention')
})
