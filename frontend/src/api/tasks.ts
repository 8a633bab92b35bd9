import * as v from 'valibot'
import { count, flag, instant, list, text, word } from './shape'

export const taskStatuses = ['open', 'in_progress', 'complete', 'rejected', 'cancelled'] as const

export const task = v.object({
  task_id: text,
  kind: text,
  status: word(taskStatuses, 'open'),
  account_number: text,
  created_at: instant,
  created_by: word(['csr', 'customer'], 'customer'),
  origin: word(['portal', 'masquerade', 'desk'], 'portal'),
  csr_id: text,
  web_user_id: text,
  /** null: not applicable, since a CSR made the task. */
  email: v.nullish(v.string(), null),
  ip: text,
  self_service_user_id: text,
  session_id: text,
  pending: flag,
})
export type Task = v.InferOutput<typeof task>

export const taskPage = v.object({ total: count, rows: list(task) })

export interface TasksFor {
  by: string
  status: string
  csr: string
  account: string
  limit: number
  offset: number
}

// An export may hold anything there; what has no fields is not shown.
const detail = v.fallback(v.nullish(v.record(v.string(), v.unknown()), null), null)

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
  rows: list(activityRow),
})
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
