import { screen, within } from '@testing-library/react'
import { act } from 'react'
import { afterEach, expect, it } from 'vitest'
import { importReport, imports, policyBook } from '../dev/admin'
import { chooseLanguage } from '../i18n/words'
import { openWindow } from '../testing/window'

const admin = { signed_in: true, user: { id: 'ADM001', name: 'Alan', role: 'admin' } }

function open(answer: (path: string, after: string) => unknown) {
  return openWindow(
    '/admin?tab=imports',
    (desk) => desk.Session.mockResolvedValue(admin),
    (path, query) => (path === '/api/policy' ? policyBook : answer(path, query.get('after') ?? '')),
  )
}

it('lists imports with their outcome, and shows which rows of one were refused and why', async () => {
  const asked: string[] = []
  const { desk, user } = open((path, after) => {
    if (path === '/api/imports') return imports
    if (path !== '/api/imports/run-2') return undefined
    asked.push(after)
    const [first, second] = importReport.refused
    return after === '0'
      ? { ...importReport, refused: [first], next: 1 }
      : { ...importReport, refused: [second] }
  })
  const failed = await screen.findByRole('row', { name: /october/ })
  expect(failed.textContent).toContain('Failed')
  expect((await screen.findByRole('row', { name: /meter.xml/ })).textContent).toContain('Running')
  const row = await screen.findByRole('row', { name: /november/ })
  expect(row.textContent).toContain('Done in part')
  await user.click(within(row).getByRole('button', { name: /^Report/ }))
  const sheet = await screen.findByRole('dialog', { name: /^Import of/ })
  await within(sheet).findByRole('row', { name: /accounts.csv/ })
  await within(sheet).findByRole('row', { name: 'bills.csv 118 due_on is not a date' })
  await user.click(within(sheet).getByRole('button', { name: 'Next rows' }))
  await within(sheet).findByRole('row', { name: /4021/ })
  expect(asked).toEqual(['0', '1'])
  await user.click(within(sheet).getByRole('button', { name: /refused rows/ }))
  expect(desk.ExportTable).toHaveBeenCalledWith({ name: 'refused', run_id: 'run-2', language: 'en' })
})

afterEach(() => chooseLanguage('en'))

// It fails when a code is not looked up, and when what an earlier version kept without a code is left out.
it('says in the language of the window what is wrong, in a row and in a file', async () => {
  const params = {
    file: 'meter.xml',
    line: '7',
    problem: 'x',
    problem_code: 'row_missing',
    problem_field: 'start',
  }
  const failed = { ...importReport, state: 'failed', problem: 'x', code: 'import_unreadable', params }
  const old = { file: 'bills.csv', line: 9, field: '', problem: 'was wrong' }
  const { user } = open((path) =>
    path === '/api/imports' ? [failed] : { ...failed, refused: [...importReport.refused.slice(0, 1), old] },
  )
  await act(() => chooseLanguage('es'))
  await user.click(await screen.findByRole('button', { name: /^Informe/ }))
  const sheet = await screen.findByRole('dialog')
  await within(sheet).findByRole('row', { name: 'bills.csv 118 due_on no es una fecha' })
  within(sheet).getByRole('row', { name: /was wrong/ })
  within(sheet).getByText(/meter.xml.*start falta/)
})

it('says how imports are run where there was none', async () => {
  open((path) => (path === '/api/imports' ? [] : undefined))
  await screen.findByText('Nothing was imported yet')
  await screen.findByText(/portald import/)
})

it('says that it is offline, and asks again when told to', async () => {
  let online = false
  const { user } = open((path) => {
    if (path !== '/api/imports') return undefined
    return online ? imports : undefined
  })
  await screen.findByRole('alert')
  online = true
  await user.click(screen.getByRole('button', { name: 'Look again' }))
  await screen.findByRole('row', { name: /november/ })
})
