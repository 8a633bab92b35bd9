import { screen, waitFor, within } from '@testing-library/react'
import { expect } from 'vitest'
import type { Deed, Step } from './deed'
import { jane } from './town'
import type { openWindow } from './window'

type Opened = ReturnType<typeof openWindow>

/** The open dialog, or the page where there is none. */
export const place = () => within(screen.queryByRole('dialog') ?? document.body)

/** Does one step at the window. */
export async function take(user: Opened['user'], [role, name, value]: Step): Promise<void> {
  if (role === 'password') {
    // A field for what is not shown has no role of its own.
    await user.click(await place().findByLabelText(name))
    await user.paste(value ?? '')
    return
  }
  const found = await waitFor(() => {
    const all = place().getAllByRole(role, { name })
    // The second of two alike is the later question.
    const one = role === 'radio' && value ? all.at(-1) : all[0]
    expect(one?.getAttribute('aria-disabled')).not.toBe('true')
    return one
  })
  if (!found) throw new Error(`no ${role} ${String(name)}`)
  if (role === 'combobox') await user.selectOptions(found, value ?? '')
  else await user.click(found)
  if (role === 'textbox') await user.paste(value ?? '')
}

const command = (id: string, state: string) => ({
  ...{
    command_id: id,
    kind: 'note.write',
    state,
    account: jane.account,
    code: 'lapsed',
    args: { text: 'x' },
  },
  ...{ name: jane.name, service_address: jane.address },
})

/** Has the host answer as a deed needs it. */
export function answerFor(desk: Opened['desk'], deed: Pick<Deed, 'elsewhere' | 'online'>): void {
  if (deed.elsewhere)
    desk.Policy.mockResolvedValue({ masquerade: { mode: 'view' }, profiles_elsewhere: true })
  desk.Attention.mockResolvedValue([command('c1', 'lapsed')])
  desk.Outbox.mockResolvedValue([command('c2', 'draft')])
  const phase = deed.online === false ? 'offline' : 'live'
  desk.Status.mockResolvedValue({ online: phase === 'live', phase, as_of: 1 })
}

/** The page is there, and the contact that the deed is done in. */
export const ready = async (deed: Pick<Deed, 'contacts'>) => {
  if (deed.contacts) await screen.findByRole('region', { name: 'Open contact' })
  await screen.findByRole('heading', { level: 1 })
}
