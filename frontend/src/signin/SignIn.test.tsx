import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { openWindow } from '../testing/window'

it('fills in the demonstration, and says in place what was wrong', async () => {
  const { desk, user } = openWindow(
    '/',
    (answers) => {
      answers.Session.mockResolvedValue({
        signed_in: false,
        hint: { portal: 'http://127.0.0.1:8460', user: 'CSR001', password: 'password' },
      })
      // Wails rejects with the bare string.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      answers.SignIn.mockImplementation(() => Promise.reject('{"code":"signin_failed"}'))
    },
    () => ({}),
  )
  await user.click(await screen.findByRole('button', { name: 'Fill in' }))
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(desk.SignIn).toHaveBeenCalledWith('http://127.0.0.1:8460', 'CSR001', 'password')
  expect((await screen.findByRole('alert')).textContent).toContain('User or password is wrong')
})

it('says why the last session was ended for good', async () => {
  openWindow(
    '/',
    (answers) => {
      answers.Session.mockResolvedValue({ signed_in: false, problem: { code: 'device_revoked' } })
    },
    () => ({}),
  )
  expect((await screen.findByRole('status')).textContent).toContain('access was taken away')
})
