import * as v from 'valibot'
import { count, flag, instant, list, text, word } from './shape'

export const taskStatuses = ['open', 'in_progress', 'complete', 'rejected', 'cancelled'] as const

export const task = v.object({
  task_id: text,
  kind: text,
  status: word(taskStatuses, 'open'),
  account_number: text,
  created_at: instant,
  created_by: word(['csr', 'customer', 'system'], 'customer'),
  origin: word(['portal', 'masquerade', 'desk'], 'portal'),
  csr_id: text,
  web_user_id: text,
  /** null: not applicable, since a CSR made the task. */
  email: v.nullish(v.string(), null),
  ip: text,
  self_service_user_id: text,
  session_id: text,
  /** Whose it is to do: a CSR's ID. */
  assignee: text,
  handled_by: text,
  handled_at: instant,
  /** Why it was rejected or cancelled. */
  words: text,
  pending: flag,
  /** It waits for a second person: completing it does what it asks for. */
  needs_second: flag,
  /** How far the caller has to be verified before more than what is to be done is shown; 0 where all is. */
  verify_first: count,
})
export type Task = v.InferOutput<typeof task>

/** The kinds that the filter offers. */
export const taskKinds = [
  'payment.submitted',
  'payment.cancelled',
  'autopay.enrolled',
  'autopay.cancelled',
  'paperless.enrolled',
  'paperless.cancelled',
  'profile.contact_changed',
  'profile.address_changed',
  'profile.mailing_address_changed',
  'login_email.changed',
  'login_email.change_requested',
  'login_email.kept',
  'nickname.changed',
  'payment_arrangement.requested',
  'service.start_requested',
  'service.stop_requested',
  'service.move_requested',
  'budget.requested',
  'web_user.registered',
  'account.linked',
  'web_user.unlink',
  'letters.changed',
  'guest.invited',
  'guest.changed',
  'guest.removed',
  'guest.remove',
  'meter_read.submitted',
  'change.review',
  'alarm.starts',
  'alarm.own_name',
  'alarm.own_street',
  'alarm.guessed',
  'alarm.lookups',
] as const

/** A page of tasks; with `more` there are at least `total`. */
export const taskPage = v.object({ total: count, more: flag, rows: list(task) })

export interface TasksFor {
  by?: string
  kind?: string
  /** Several are separated by commas. */
  status?: string
  csr?: string
  assignee?: string
  /** A CSR's ID: made by them, or theirs to do. */
  of?: string
  account?: string
  /** A web user's ID or user name. */
  user?: string
  /** Civil dates, both included. */
  from?: string
  to?: string
  limit: number
  offset: number
}

// An export may hold anything there; what has no fields is not shown.
const detail = v.fallback(v.nullish(v.record(v.string(), v.unknown()), null), null)

/** Everything that is known of one task. */
export const taskView = v.object({
  ...task.entries,
  final: flag,
  /** The detail is what it would have changed: it waits for a second person, or was not approved. */
  asked: flag,
  detail,
  contact_id: text,
  name: text,
  service_address: text,
  username: text,
  comments: list(v.object({ note_id: text, text: text, by: text, at: instant, pending: flag })),
  session: v.nullish(
    v.object({
      session_id: text,
      csr_id: text,
      mode: text,
      reason: text,
      granted_at: instant,
      ended_at: instant,
    }),
    null,
  ),
})
export type TaskView = v.InferOutput<typeof taskView>

/** What became of a masquerade: what was looked at, and what was changed. */
export const receipt = v.object({
  session_id: text,
  csr_id: text,
  csr_name: text,
  username: text,
  name: text,
  account_number: text,
  service_address: text,
  mode: text,
  reason: text,
  granted_at: instant,
  ended_at: instant,
  end_reason: text,
  pages: list(v.object({ path: text, at: instant })),
  /** Pages that were seen too and are not told apart: at least as many. */
  pages_more: count,
  /** Requests to the utility's own portal that may have changed something there. */
  sent: list(v.object({ method: text, path: text, at: instant })),
  /** Requests that were sent too and are not told apart: at least as many. */
  sent_more: count,
  /** With when and by whom each was undone; 0 and '' where it stands. */
  tasks: list(v.object({ ...taskView.entries, undone_at: instant, undone_by: text })),
  refused: list(v.object({ activity_id: text, at: instant, detail })),
  /** Third parties that were refused, and whether there were more than are told apart. */
  others: list(v.object({ origin: text, at: instant })),
  others_more: flag,
})
export type Receipt = v.InferOutput<typeof receipt>

export const activityRow = v.object({
  activity_id: text,
  at: instant,
  kind: text,
  actor: text,
  actor_kind: word(['customer', 'csr', 'system'], 'system'),
  session_id: text,
  detail,
  pending: flag,
})
export type Activity = v.InferOutput<typeof activityRow>

export const activityPage = v.object({
  total: count,
  page: v.nullish(v.number(), 1),
  pages: v.nullish(v.number(), 1),
  kinds: list(v.object({ kind: text, count })),
  actors: list(v.object({ kind: word(['customer', 'csr', 'system'], 'system'), count })),
  rows: list(activityRow),
})
/** What of an account's log is shown: kinds and actors choose, none choose all. */
export interface ActivityFor {
  kinds: readonly string[]
  actors: readonly string[]
  session: string
  page: number
  all: boolean
}
export type ActivityPage = v.InferOutput<typeof activityPage>

const command = v.object({
  command_id: text,
  kind: text,
  state: text,
  account: text,
  created_at: instant,
  code: text,
  params: v.nullish(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), () => ({})),
  before: detail,
  after: detail,
  /** What somebody else made of it meanwhile. */
  theirs: detail,
  /** What was asked for, and whom and where it is about as far as the replica knows. */
  args: detail,
  name: text,
  username: text,
  service_address: text,
})
export type Command = v.InferOutput<typeof command>
export const commands = list(command)

export const exported = v.fallback(v.number(), -1)

export const queued = v.object({ command_id: text, state: text, code: text })
export type Queued = v.InferOutput<typeof queued>
