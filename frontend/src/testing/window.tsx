import { act, render } from '@testing-library/react'
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event'
import { vi } from 'vitest'
import { App } from '../App'

const refuse = () => Promise.reject(new Error('{"code":"fault"}'))

function answers() {
  return {
    Session: vi.fn<() => Promise<unknown>>(() =>
      Promise.resolve({
        signed_in: true,
        user: { id: 'SUP01', name: 'Ann', role: 'supervisor', team: 'T1' },
      }),
    ),
    SignIn: vi.fn<(portal: string, user: string, password: string) => Promise<unknown>>(() => refuse()),
    SignOut: vi.fn<(evenWithUnsent: boolean) => Promise<unknown>>(() => Promise.resolve()),
    Lock: vi.fn<() => Promise<unknown>>(() => Promise.resolve()),
    Keep: vi.fn<(what: string) => Promise<unknown>>(() => Promise.resolve()),
    Unlock: vi.fn<(password: string) => Promise<unknown>>(() => Promise.resolve('')),
    Used: vi.fn<() => Promise<unknown>>(() => Promise.resolve()),
    Status: vi.fn<() => Promise<unknown>>(() =>
      Promise.resolve({ online: true, phase: 'live', as_of: 1_790_000_000_000 }),
    ),
    Districts: vi.fn<() => Promise<unknown>>(() => Promise.resolve([{ id: 'D01', name: 'Barre City' }])),
    Policy: vi.fn<(language: string) => Promise<unknown>>(() =>
      Promise.resolve({ masquerade: { mode: 'view' }, timezone: 'America/New_York', currency: 'USD' }),
    ),
    Why: vi.fn<(kind: string, args: object) => Promise<unknown>>(() => Promise.resolve({ allowed: true })),
    LockWebUser: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 'c1', state: 'queued' }),
    ),
    UnlockWebUser: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 'c2', state: 'queued' }),
    ),
    ChangePreferences: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'c3' })),
    SendResetLink: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w0' })),
    RevokeCode: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w1' })),
    ChangeLoginEmail: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w3' })),
    KeepLoginEmail: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w4' })),
    ResendActivation: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w2' })),
    UnlinkWebUser: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w3' })),
    LinkAccount: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w4' })),
    DeactivatePortal: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w5' })),
    ReactivatePortal: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w6' })),
    ChangeProfile: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'w7' })),
    Profile: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ last_log_on: 0, password_locked: true, at: 1_790_000_000_000 }),
    ),
    UnlockProfile: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ last_log_on: 0, password_locked: false, at: 1_790_000_000_000 }),
    ),
    GenerateCode: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ recovery_id: 'R1', code: 'AB2C-DEFG-HJ3K', ends_at: 1_790_086_400_000 }),
    ),
    WriteNote: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'c4' })),
    Draft: vi.fn<(account: string) => Promise<unknown>>(() => Promise.resolve('')),
    SaveDraft: vi.fn<(account: string, text: string) => Promise<unknown>>(() => Promise.resolve()),
    Outbox: vi.fn<() => Promise<unknown>>(() => Promise.resolve([])),
    Attention: vi.fn<() => Promise<unknown>>(() => Promise.resolve([])),
    Recover: vi.fn<() => Promise<unknown>>(() => Promise.resolve()),
    Discard: vi.fn<(id: string) => Promise<unknown>>(() => Promise.resolve()),
    Confirm: vi.fn<(id: string) => Promise<unknown>>(() => Promise.resolve()),
    HandOver: vi.fn<(id: string) => Promise<unknown>>(() => Promise.resolve()),
    ExportOutbox: vi.fn<() => Promise<unknown>>(() => Promise.resolve(0)),
    SaveBill: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve(true)),
    SaveGreenButton: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve(true)),
    ExportTable: vi.fn<(table: object) => Promise<unknown>>(() => Promise.resolve(3)),
    Repeat: vi.fn<(id: string) => Promise<unknown>>(() => Promise.resolve()),
    StartMasquerade: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({})),
    EndMasquerade: vi.fn<() => Promise<unknown>>(() => Promise.resolve()),
    EndSession: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'm1' })),
    Masquerade: vi.fn<() => Promise<unknown>>(() => Promise.resolve({ open: false })),
    CopyText: vi.fn<(text: string) => Promise<unknown>>(() => Promise.resolve()),
    Reveal: vi.fn<(args: object) => Promise<unknown>>(() => refuse()),
    FindIdentifier: vi.fn<(value: string) => Promise<unknown>>(() => Promise.resolve({ total: 0 })),
    FetchAccount: vi.fn<(number: string) => Promise<unknown>>(() => Promise.resolve()),
    SetPresence: vi.fn<(account: string, editing: boolean) => Promise<unknown>>(() => Promise.resolve()),
    CompleteTask: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 't1', state: 'queued' }),
    ),
    RejectTask: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 't2', state: 'queued' }),
    ),
    CancelTask: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 't3', state: 'queued' }),
    ),
    AssignTask: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 't4', state: 'queued' }),
    ),
    CommentTask: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 't5', state: 'queued' }),
    ),
    UndoTask: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 't6', state: 'queued' }),
    ),
    ResendNotification: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 'n1', state: 'queued' }),
    ),
    CancelPayment: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ status: 'cancelled' })),
    Pop: vi.fn<() => Promise<unknown>>(() => Promise.resolve({ id: 0 })),
    PopSeen: vi.fn<(id: number) => Promise<unknown>>(() => Promise.resolve()),
    DryRun: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve([])),
    ChangePolicy: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve()),
    Explain: vi.fn<(id: string) => Promise<unknown>>(() => Promise.resolve([])),
    ChangeStaff: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve()),
    ChangeReason: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve()),
    ChangeDevice: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve()),
    TryLetter: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({})),
    TryDepth: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve([])),
    SupportBundle: vi.fn<() => Promise<unknown>>(() => Promise.resolve(true)),
    Devices: vi.fn<() => Promise<unknown>>(() => Promise.resolve([])),
    OpenContact: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'k1' })),
    UpdateContact: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'k2' })),
    CloseContact: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'k3' })),
    FrontContact: vi.fn<(contactId: string) => Promise<unknown>>(() => Promise.resolve()),
    OverrideVerification: vi.fn<(args: object) => Promise<unknown>>(() =>
      Promise.resolve({ command_id: 'k4' }),
    ),
    VerifyCaller: vi.fn<(args: object) => Promise<unknown>>(() => refuse()),
    CallerFacts: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ facts: ['born'] })),
    SetPassphrase: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve()),
    RecordAccess: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve()),
    PlanCallback: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'k5' })),
    EndCallback: vi.fn<(args: object) => Promise<unknown>>(() => Promise.resolve({ command_id: 'k6' })),
    Present: vi.fn<(account: string) => Promise<unknown>>(() => Promise.resolve({ who: [] })),
  }
}

const overwrote = vi.fn<() => unknown>(() => [])

/** What /api/... answers: the body for a path, or undefined for 404 with the code not_found. */
export type Api = (path: string, query: URLSearchParams) => unknown

/**
 * Opens the whole window at a place, on a host that answers as told; the binding layer below it is the real one. over is what had gone
 * over somebody else's change before.
 */
export function openWindow(
  place: string,
  change: (desk: ReturnType<typeof answers>) => void,
  api: Api,
  over: readonly object[] = [],
) {
  const desk = answers()
  overwrote.mockReturnValue(over)
  change(desk)
  let changed: ((payload: unknown) => void) | undefined
  window.go = { app: { Desk: desk } }
  window.runtime = {
    EventsOn: (_name: string, callback: (payload: unknown) => void) => {
      changed = callback
      return () => undefined
    },
  }
  vi.spyOn(window, 'fetch').mockImplementation(async (input) => {
    const url = new URL(input instanceof Request ? input.url : input, 'http://desk')
    // What the frame asks by itself is nothing to the page under test, unless the test answers it.
    const body = url.pathname === '/api/overwrote' ? overwrote() : await api(url.pathname, url.searchParams)
    if (body === undefined) return Response.json({ code: 'not_found' }, { status: 404 })
    return Response.json(body)
  })
  window.location.hash = place
  // No stylesheet is read here: whether something can be clicked is for the tests in a browser to say, and takes its time.
  const user = userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never })
  render(<App />)
  return { desk, overwrote, user, changed: (...topics: string[]) => act(() => changed?.({ topics })) }
}
