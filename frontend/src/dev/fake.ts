/**
 * An invented desk for the development server: `?phase=offline&signedout&locked&masquerade=lost&contact&verify=2`, `elsewhere=down`
 * and `user=locked` choose what it shows.
 * It answers like the host, so that the pages can be looked at and worked on in a browser.
 */
import {
  administering,
  diagnosis,
  districtBoard,
  importReport,
  imports,
  policyBook,
  policyHistory,
} from './admin'
import { contactAnswer, contactsOf } from './contacts'
import { account, activity, asOf, hits, masquerades, payments, tasks } from './town'
import { insights, usageAnswer } from './usage'

const asked = new URLSearchParams(window.location.search)
const listeners: ((payload: unknown) => void)[] = []
const changed = (...topics: string[]) => listeners.forEach((tell) => tell({ topics }))
let signedIn = !asked.has('signedout')
let locked = asked.has('locked') ? { at: asOf } : undefined
let keptMeanwhile = ''
let masquerading = asked.has('masquerade') && asked.get('masquerade') !== 'over'
let popSeen = !asked.has('phone')
const drafts = new Map<string, string>()
const phase = asked.get('phase') ?? 'live'

/** How the account's own web user stands, where it is asked for. */
const standing: Record<string, object> = {
  locked: { locks: [{ lock: 'csr', by: 'CSR014', at: asOf - 7_200_000, reason: 'misuse' }] },
  pending: { enrolment: 'pending' },
  deactivated: { deactivated: true },
  recovering: {
    pending: true,
    recoveries: [
      {
        ...{ recovery_id: 'R1', kind: 'code', given_by: 'CSR014', address: '', live: true },
        ...{ given_at: asOf - 600_000, ends_at: asOf + 3_600_000 },
      },
      {
        ...{ recovery_id: 'R2', kind: 'link', given_by: 'CSR007', address: 'jane.doe@example.com' },
        ...{ given_at: asOf - 90_000_000, ends_at: asOf - 3_600_000, used_at: asOf - 86_400_000 },
      },
    ],
  },
}
Object.assign(account.web_users[0] ?? {}, standing[asked.get('user') ?? ''])
Object.assign(account, { verify_first: Number(asked.get('verify')) })

interface Waiting {
  command_id: string
  kind: string
  state: string
  account: string
  created_at: number
  code?: string
  params?: Record<string, string>
  before?: object
  after?: object
  theirs?: object
}

let attention: Waiting[] = [
  {
    command_id: 'c1',
    kind: 'web_user.unlock',
    state: 'lapsed',
    account: '030000013',
    created_at: asOf - 5_000_000,
    code: 'lapsed',
    params: { minutes: '15' },
  },
  {
    command_id: 'c2',
    kind: 'preferences.change',
    state: 'rejected',
    account: '030000026',
    created_at: asOf - 9_000_000,
    code: 'account_closed',
    params: { account: '030000026' },
    before: { paperless: false, nickname: 'Camp' },
    after: { paperless: true, nickname: 'Camp' },
  },
]
attention.push({
  command_id: 'c3',
  kind: 'preferences.change',
  state: 'held',
  account: '030000013',
  created_at: asOf - 12_000_000,
  code: 'conflict',
  params: { fields: 'nickname' },
  before: { nickname: 'Camp' },
  theirs: { nickname: 'Lake house' },
  after: { nickname: 'Camp on the lake' },
})
const outbox: Waiting[] = []

function queue(kind: string, after?: object): Promise<object> {
  const command_id = `d${outbox.length}`
  outbox.push({ command_id, kind, state: 'queued', account: '030000013', created_at: asOf, after })
  account.pending.push(kind)
  changed('outbox', 'accounts')
  return Promise.resolve({ command_id, state: 'queued' })
}

const settle = (id: string) => {
  attention = attention.filter((command) => command.command_id !== id)
  changed('outbox', 'status')
  return Promise.resolve()
}

const said: Record<string, object> = {
  slow: { code: 'profiles_slow', params: { seconds: '5' } },
  untrue: {
    code: 'profiles_untrue',
    params: { problem: 'it leads elsewhere', problem_code: 'profiles_redirect' },
  },
}

const webUsers = {
  SendResetLink: (args: object) => queue('recovery.send_link', args),
  RevokeCode: (args: object) => queue('recovery.revoke_code', args),
  ChangeLoginEmail: (args: object) => queue('login_email.change', args),
  KeepLoginEmail: (args: object) => queue('login_email.keep', args),
  ResendActivation: (args: object) => queue('activation.resend', args),
  UnlinkWebUser: (args: object) => queue('web_user.unlink', args),
  LinkAccount: (args: object) => queue('account.link', args),
  DeactivatePortal: (args: object) => queue('portal_account.deactivate', args),
  ReactivatePortal: (args: object) => queue('portal_account.reactivate', args),
  ChangeProfile: (args: object) => queue('profile.change', args),
  Profile: () => {
    const now = asked.get('elsewhere') ?? ''
    if (now === 'asking') return new Promise(() => undefined)
    if (now !== 'locked')
      return Promise.reject(new Error(JSON.stringify(said[now] ?? { code: 'profiles_down' })))
    return Promise.resolve({ last_log_on: asOf - 7_200_000, password_locked: true, at: asOf })
  },
  UnlockProfile: () => Promise.resolve({ last_log_on: asOf - 7_200_000, password_locked: false, at: asOf }),
  GenerateCode: () =>
    Promise.resolve({ recovery_id: 'R1', code: 'AB2C-DEFG-HJ3K', ends_at: asOf + 86_400_000 }),
}

const desk = {
  ...administering,
  ...webUsers,
  ...contactsOf(changed, queue),
  Session: () =>
    Promise.resolve({
      signed_in: signedIn,
      user: { id: 'SUP01', name: 'Ann Supervisor', role: asked.get('role') ?? 'supervisor', team: 'T1' },
      portal: '',
      secrets: 'file',
      since: asOf - 10_800_000,
      timezone: 'America/New_York',
      locked,
      hint: { portal: 'http://127.0.0.1:8460', user: 'CSR001', password: 'password' },
    }),
  SignIn: (_portal: string, _user: string, password: string) => {
    if (password !== 'password') return Promise.reject(new Error('{"code":"signin_failed"}'))
    signedIn = true
    return desk.Session()
  },
  SignOut: () => {
    signedIn = false
    locked = undefined
    return Promise.resolve()
  },
  Lock: () => {
    locked ??= { at: asOf }
    changed('session')
    return Promise.resolve()
  },
  Keep: (what: string) => {
    keptMeanwhile = what
    return Promise.resolve()
  },
  Unlock: (password: string) => {
    if (password !== 'password')
      return Promise.reject(new Error('{"code":"unlock_failed","params":{"left":"9"}}'))
    locked = undefined
    changed('session')
    return Promise.resolve(keptMeanwhile)
  },
  Used: () => Promise.resolve(),
  Status: () =>
    Promise.resolve({
      online: phase === 'live',
      phase,
      as_of: asked.has('first') ? 0 : asOf,
      unsent: outbox.length,
      attention: attention.length,
      rows: 12840,
      secrets: 'file',
    }),
  Districts: () =>
    Promise.resolve([
      { id: 'D01', name: 'Barre City' },
      { id: 'D02', name: 'Montpelier' },
    ]),
  Policy: () =>
    Promise.resolve({
      masquerade: { mode: 'full', acknowledge: 'every', reason: 'required', ack_text: '', banner: '' },
      timezone: 'America/New_York',
      currency: 'USD',
      profiles_elsewhere: asked.has('elsewhere'),
    }),
  Why: (kind: string) =>
    Promise.resolve(
      kind === 'masquerade.start' && phase === 'offline'
        ? { allowed: false, code: 'online_only' }
        : { allowed: true },
    ),
  LockWebUser: (args: object) => queue('web_user.lock', args),
  UnlockWebUser: (args: object) => queue('web_user.unlock', args),
  ChangePreferences: (args: object) => queue('preferences.change', args),
  WriteNote: (args: object) => queue('note.write', args),
  CompleteTask: (args: object) => queue('task.complete', args),
  RejectTask: (args: object) => queue('task.reject', args),
  CancelTask: (args: object) => queue('task.cancel', args),
  AssignTask: (args: object) => queue('task.assign', args),
  UndoTask: (args: object) => queue('task.undo', args),
  CommentTask: (args: object) => queue('task.comment', args),
  ResendNotification: (args: object) => queue('notification.resend', args),
  CancelPayment: () => Promise.resolve({ status: 'cancelled' }),
  Draft: (number: string) => Promise.resolve(drafts.get(number) ?? ''),
  SaveDraft: (number: string, text: string) => {
    drafts.set(number, text)
    return Promise.resolve()
  },
  Outbox: () => Promise.resolve(outbox),
  Attention: () => Promise.resolve(attention),
  Recover: settle,
  Discard: settle,
  Repeat: settle,
  Confirm: settle,
  HandOver: settle,
  ExportTable: () => Promise.resolve(14),
  SaveBill: () => Promise.resolve(true),
  SaveGreenButton: () => Promise.resolve(true),
  ExportOutbox: () => Promise.resolve(outbox.length),
  StartMasquerade: () => {
    masquerading = true
    changed('masquerade')
    return Promise.resolve()
  },
  EndSession: (args: object) => queue('masquerade.end', args),
  EndMasquerade: () => {
    masquerading = false
    changed('masquerade')
    return Promise.resolve()
  },
  Masquerade: () =>
    Promise.resolve({
      open: masquerading,
      username: 'jane.doe',
      account: '030000013',
      mode: 'view',
      ends_at: asOf + 1_800_000,
      window_lost: asked.get('masquerade') === 'lost',
      ended:
        asked.get('masquerade') === 'over'
          ? { session_id: 'S000000001', account: '030000013', username: 'jane.doe', reason: 'closed' }
          : undefined,
    }),
  CopyText: () => Promise.resolve(),
  Reveal: ({ field }: { field: string }) =>
    Promise.resolve({ field, id_type: 'ssn', value: field === 'born' ? '1970-01-02' : '900-12-0007' }),
  FindIdentifier: () => Promise.resolve(search(new URLSearchParams('text=jane&status=enrolled'))),
  FetchAccount: () => Promise.resolve(),
  SetPresence: () => Promise.resolve(),
  Pop: () => Promise.resolve({ id: popSeen ? 0 : 1, phone: asked.get('phone') ?? '', account: '' }),
  PopSeen: () => {
    popSeen = true
    return Promise.resolve()
  },
  Present: (number: string) =>
    Promise.resolve({
      account: number,
      who: asked.has('alone') ? [] : [{ id: 'CSR014', name: 'Ann Day', editing: true }],
    }),
}

function search(query: URLSearchParams): object {
  const words = (query.get('text') ?? '').toLowerCase()
  const boxes = (query.get('status') ?? '').replace('unenrolled', 'unenrolled,pending').split(',')
  const matching = hits.filter((hit) =>
    `${hit.name} ${hit.service_address} ${hit.account_number}`.toLowerCase().includes(words),
  )
  const shown = matching.filter((hit) => boxes.includes(hit.portal_status))
  const street = shown.filter((hit) => hit.service_address.toLowerCase().includes(words))
  const others = shown.filter((hit) => !street.includes(hit))
  return {
    total: shown.length,
    more: false,
    hidden_by_filters: matching.length - shown.length,
    hidden_by_status: matching.length - shown.length,
    sections: [
      { name: 'address', total: street.length, rows: street },
      { name: 'name', total: others.length, rows: others },
    ],
  }
}

function olderActivity(before: string): object {
  const at = before === '' ? 1 : 2
  const year = 31_536_000_000
  const rows = activity.map((row) => ({
    ...row,
    activity_id: `${row.activity_id} ${at}`,
    at: row.at - at * year,
  }))
  const offline = phase === 'offline' && at === 2
  return {
    rows: offline ? [] : rows,
    next: at === 2 && !offline ? '' : `${at},0,A`,
    since: asOf - at * year,
    problem: offline ? { code: 'offline', params: { address: 'https://portal.example.com' } } : undefined,
  }
}

// A task that waits for a second person.
const waiting = 'T000000000'

/** A receipt of which other pages, requests to another portal and third parties are told, and what was undone. */
const elsewhere = {
  pages_more: 4,
  sent: [{ method: 'POST', path: '/profile/save', at: asOf - 300_000 }],
  sent_more: 4,
  others: [
    { origin: 'https://maps.example.com', at: asOf - 480_000 },
    { origin: 'https://shop.example.com:8443', at: asOf - 360_000 },
  ],
  others_more: true,
  tasks: [
    {
      task_id: 'T000000001',
      kind: 'paperless.enrolled',
      status: 'complete',
      account_number: '030000013',
      created_at: asOf - 420_000,
      detail: { paperless: { before: false, after: true } },
      undone_at: asOf - 120_000,
      undone_by: 'SUP001',
    },
  ],
}

function answer(path: string, query: URLSearchParams): object {
  const used = usageAnswer(path, query) ?? contactAnswer(path)
  if (used) return used
  if (path === '/api/overwrote' || path.endsWith('/open_payments')) return []
  if (path === '/api/search') return search(query)
  if (path === '/api/policy') return policyBook
  if (path === '/api/diagnosis') return diagnosis
  if (path === '/api/policy/history') return policyHistory
  if (path === '/api/districts') return districtBoard
  if (path === '/api/imports') return imports
  if (path.startsWith('/api/imports/')) return importReport
  if (path === '/api/everywhere') {
    query.set('status', 'enrolled,unenrolled,permanent_lock,hidden')
    return search(query)
  }
  if (path.endsWith('/activity/older')) return olderActivity(query.get('before') ?? '')
  if (path.endsWith('/bills/older')) {
    const day = (civil: string) => civil.replace(/^\d+/, (year) => String(Number(year) - 2))
    const bills = account.bills.map((bill) => ({
      ...bill,
      bill_id: `older ${bill.bill_id}`,
      issued_on: day(bill.issued_on),
      due_on: day(bill.due_on),
      period_start: day(bill.period_start),
      period_end: day(bill.period_end),
    }))
    return { bills, payments: [], adjustments: [], next: '' }
  }
  if (path === '/api/tasks') {
    const fits = (name: string, value: string) =>
      !query.get(name) || query.get(name)?.split(',').includes(value)
    const rows = tasks.filter(
      (task) => fits('by', task.created_by) && fits('status', task.status ?? '') && fits('kind', task.kind),
    )
    return { total: rows.length, rows }
  }
  if (path === '/api/masquerades') {
    const rows = masquerades.filter(
      ({ ended_at }) => (query.get('state') || (ended_at ? 'over' : 'open')) === (ended_at ? 'over' : 'open'),
    )
    return { own: asked.get('role') === 'csr', total: rows.length, rows }
  }
  if (path.startsWith('/api/masquerades/')) {
    return {
      session_id: 'S000000001',
      csr_id: 'CSR014',
      csr_name: 'Ann Ruiz',
      username: 'jane.doe',
      name: 'Jane Doe',
      account_number: '030000013',
      service_address: '12 Main St, Barre, VT 05641',
      mode: 'full',
      reason: 'Wants no more paper',
      granted_at: asOf - 600_000,
      ended_at: asOf - 240_000,
      end_reason: 'closed',
      pages: [
        { path: '/', at: asOf - 590_000 },
        { path: '/bills', at: asOf - 500_000 },
        { path: '/preferences', at: asOf - 400_000 },
      ],
      tasks: [
        {
          ...answer('/api/tasks/T000000001', new URLSearchParams()),
          kind: 'paperless.enrolled',
          detail: { paperless: { before: false, after: true } },
        },
        answer(`/api/tasks/${waiting}`, new URLSearchParams()),
      ],
      refused: [],
      ...(path.endsWith('/S000000002') ? elsewhere : {}),
    }
  }
  if (path.startsWith('/api/tasks/')) {
    const one = tasks.find((task) => path.endsWith(task.task_id)) ?? tasks[0]
    return {
      ...one,
      final: one?.status === 'complete',
      name: 'Jane Doe',
      service_address: '12 Main St, Barre, VT 05641',
      username: 'jane.doe',
      session_id: 'S000000001',
      handled_at: one?.status === 'complete' ? asOf - 3_600_000 : 0,
      handled_by: one?.status === 'complete' ? 'CSR014' : '',
      ...(path.endsWith(waiting) && { needs_second: true, asked: true }),
      detail: { autopay: { before: false, after: true } },
      comments: [{ note_id: 'O1', text: 'Asked for a copy by post.', by: 'CSR014', at: asOf - 7_200_000 }],
    }
  }
  if (path === '/api/payments') {
    const rows = payments.filter((payment) => !query.get('status') || payment.status === query.get('status'))
    const amount_cents = rows.reduce((sum, { amount_cents: cents }) => sum + cents, 0)
    const totals = ['posted', 'scheduled'].map((status) => ({ status, count: 3, amount_cents: 30_000 }))
    return { total: rows.length, amount_cents, totals, rows }
  }
  if (path.endsWith('/activity')) {
    const kinds = [...new Set(activity.map((row) => row.kind))].map((kind) => ({ kind, count: 3 }))
    const chosen = query.get('kind')?.split(',') ?? []
    const rows = activity.filter((row) => chosen.length === 0 || chosen.includes(row.kind ?? ''))
    const actors = ['customer', 'csr'].map((kind) => ({ kind, count: 4 }))
    if (query.get('all')) {
      const every = Array.from({ length: 5000 }, (_, at) => ({
        ...activity[at % activity.length],
        activity_id: `A${at}`,
        at: asOf - at * 3_600_000,
      }))
      return { total: 5200, page: 1, pages: 104, kinds, actors, rows: every }
    }
    return { total: rows.length, page: Number(query.get('page')), pages: 3, kinds, actors, rows }
  }
  return { ...account, activity, insights }
}

if (!window.go) {
  window.go = { app: { Desk: desk } }
  window.runtime = {
    EventsOn: (_name: string, tell: (payload: unknown) => void) => {
      listeners.push(tell)
      return () => listeners.splice(listeners.indexOf(tell), 1)
    },
  }
  const real = window.fetch.bind(window)
  window.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, window.location.href)
    if (!url.pathname.startsWith('/api/')) return real(input, init)
    return Promise.resolve(Response.json(answer(url.pathname, url.searchParams)))
  }
}
