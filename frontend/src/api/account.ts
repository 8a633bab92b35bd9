import * as v from 'valibot'
import { portalStatus } from './search'
import { params } from './session'
import { cents, count, flag, instant, list, maybeNumber, text, word } from './shape'
import { activityRow, task } from './tasks'
import { insight } from './usage'

export const lockKinds = ['password', 'csr', 'permanent'] as const
const lock = v.object({
  lock: word(lockKinds, 'csr'),
  by: text,
  at: instant,
  reason: text,
  words: text,
  pending: flag,
})
export type Lock = v.InferOutput<typeof lock>

const recovery = v.object({
  recovery_id: text,
  kind: word(['link', 'code', 'email'], 'link'),
  address: text,
  given_by: text,
  given_at: instant,
  ends_at: instant,
  used_at: instant,
  revoked_at: instant,
  live: flag,
  pending: flag,
})
export type Recovery = v.InferOutput<typeof recovery>

const webUser = v.object({
  web_user_id: text,
  username: text,
  email: text,
  person_id: text,
  name: text,
  role: text,
  relationship: text,
  financially_responsible: flag,
  default_profile: flag,
  enrolment: text,
  hidden: flag,
  /** The kinds of messages that they chose not to get by email. */
  unwanted: list(v.string()),
  locks: list(lock),
  portal_status: portalStatus,
  tyler_status: word(['active', 'pending', 'locked'], 'active'),
  password_locked: flag,
  last_customer_logon: instant,
  last_csr_logon: instant,
  accounts: list(v.string()),
  open_tasks: count,
  /** The newest of those that are not final. */
  tasks: list(task),
  recoveries: list(recovery),
  deactivated: flag,
  pending: flag,
})
export type WebUser = v.InferOutput<typeof webUser>

const person = v.object({
  person_id: text,
  kind: text,
  name: text,
  relationship: text,
  financially_responsible: flag,
  ended_on: text,
  email: text,
  phone: text,
  language: text,
  id_type: text,
  id_last4: text,
})
export type Person = v.InferOutput<typeof person>

export const bill = v.object({
  bill_id: text,
  issued_on: text,
  due_on: text,
  period_start: text,
  period_end: text,
  total_cents: cents,
  quantity: maybeNumber,
  unit: text,
  estimated: flag,
  segments: list(
    v.object({
      line: count,
      service: text,
      description: text,
      quantity: maybeNumber,
      unit: text,
      amount_cents: cents,
    }),
  ),
})
export type Bill = v.InferOutput<typeof bill>

export const payment = v.object({
  payment_id: text,
  account_number: text,
  status: text,
  amount_cents: cents,
  method: text,
  created_at: instant,
  effective_on: text,
})
export type Payment = v.InferOutput<typeof payment>

export const adjustment = v.object({
  adjustment_id: text,
  on: text,
  kind: text,
  amount_cents: cents,
  description: text,
})
export type Adjustment = v.InferOutput<typeof adjustment>

/** A message to the customer, with why it has its status. What it came to before stands in its history, the newest last. */
export const notification = v.object({
  notification_id: text,
  template: text,
  address: text,
  sent_at: instant,
  status: text,
  status_at: instant,
  why: text,
  words: text,
  history: v.pipe(text, v.transform(earlier)),
  /** Who of the staff did what it tells of, and in which masquerade; none where the customer or the portal did. */
  csr_id: text,
  session_id: text,
  /** The portal, which sends it, has not heard of it. */
  pending: flag,
})
export type Notification = v.InferOutput<typeof notification>

/** Everything the console of one account shows. Bills, payments and notes come newest first. */
export const accountView = v.object({
  account: v.object({
    account_number: text,
    district_id: text,
    customer_class: text,
    status: text,
    opened_on: text,
    closed_on: text,
    billing_address: text,
    autopay: flag,
    paperless: flag,
    nickname: text,
    balance_cents: cents,
    flags: list(v.string()),
    premise_id: text,
    main_person_id: text,
  }),
  district: v.nullish(v.object({ id: text, name: text }), { id: '', name: '' }),
  persons: list(person),
  premise: v.nullish(
    v.object({ address1: text, unit: text, city: text, state: text, postal: text, kind: text }),
    { address1: '', unit: '', city: '', state: '', postal: '', kind: '' },
  ),
  other_accounts: list(v.string()),
  portal_status: portalStatus,
  locked: flag,
  portal_email: text,
  last_customer_logon: instant,
  last_csr_logon: instant,
  web_users: list(webUser),
  /** Why the panel of web users is closed to who is signed in, if it is. */
  web_users_closed: v.nullish(v.object({ code: text, params })),
  bills: list(bill),
  payments: list(payment),
  adjustments: list(adjustment),
  notifications: list(notification),
  notes: list(v.object({ note_id: text, text: text, by: text, at: instant, pending: flag })),
  /** The newest of the tasks that are not final, and how many of these there are. */
  tasks: list(task),
  open_tasks: count,
  /** The newest of the log. */
  activity: list(activityRow),
  /** What is worth saying about the account, warnings first. */
  insights: list(insight),
  pending: list(v.string()),
  /** When an account of another district was fetched for this contact; 0 for one of this computer's own. */
  fetched_at: instant,
  /** How far the caller has to be verified before more than who and where is shown; 0 where all is. */
  verify_first: count,
})
export type AccountView = v.InferOutput<typeof accountView>

const before = v.array(v.object({ status: text, at: instant, why: text, words: text }))

function earlier(history: string): v.InferOutput<typeof before> {
  try {
    const read = v.safeParse(before, JSON.parse(history))
    return read.success ? read.output : []
  } catch {
    return []
  }
}

/** The service address on one line. */
export function serviceAddress({ premise }: AccountView): string {
  const street = [premise.address1, premise.unit].filter(Boolean).join(' ')
  const place = [premise.state, premise.postal].filter(Boolean).join(' ')
  return [street, premise.city, place].filter(Boolean).join(', ')
}

/** The account's main customer, and nobody in their place: a CSR would talk to the wrong person. */
export function mainPerson(view: AccountView): Person | undefined {
  return view.persons.find((p) => p.person_id === view.account.main_person_id)
}

/** The default profile, which stands for the account. */
export function defaultProfile(view: AccountView): WebUser | undefined {
  return view.web_users.find((u) => u.default_profile) ?? view.web_users[0]
}
