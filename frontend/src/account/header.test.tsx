import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { account } from '../dev/town'
import { openWindow } from '../testing/window'

function open(place = '/account/030000013') {
  return openWindow(
    place,
    () => undefined,
    (path) => (path.startsWith('/api/accounts/') && path.split('/').length === 4 ? account : {}),
  )
}

describe('the console of an account', () => {
  it('R27: leads to the other accounts of the customer by a selector beside the number', async () => {
    const { user } = open()
    const selector = await screen.findByRole('combobox', { name: /accounts/ })
    const other = within(selector)
      .getAllByRole('option')
      .find((option) => /\d{9}/.test(option.textContent))
    if (!other) throw new Error('the selector offers no account')
    await user.selectOptions(selector, other)
    expect(window.location.hash).toContain(/\d{9}/.exec(other.textContent)?.[0])
  })

  it('R34: tells the last log-on of the customer from that of a CSR, with the portal email and the status', async () => {
    open()
    const bar = (await screen.findByText('Portal last used by the customer')).closest('header, section, div')
    expect(bar?.textContent).toContain('by a CSR')
    await screen.findByText('Portal email')
    expect(screen.getAllByText('Enrolled').length).toBeGreaterThan(0)
  })

  it('R32: gives the account, its addresses, settings and district at a glance', async () => {
    open('/account/030000013?tab=customer')
    for (const fact of ['Billing address', 'Service address', 'District', 'Nickname']) {
      await screen.findAllByText(fact)
    }
    await screen.findByRole('checkbox', { name: 'AutoPay' })
  })

  it('R55: sets AutoPay and Paperless up for a caller, and sends only what changed', async () => {
    const { desk, user } = open('/account/030000013?tab=customer')
    const autopay = await screen.findByRole('checkbox', { name: 'AutoPay' })
    await user.click(autopay)
    await user.click(screen.getByRole('button', { name: 'Save settings' }))
    expect(desk.ChangePreferences).toHaveBeenCalledWith({
      account: '030000013',
      autopay: !account.account.autopay,
    })
  })
})
