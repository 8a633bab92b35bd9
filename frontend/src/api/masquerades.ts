import * as v from 'valibot'
import { count, flag, instant, list, text } from './shape'

const masquerade = v.object({
  session_id: text,
  csr_id: text,
  csr_name: text,
  username: text,
  account_number: text,
  name: text,
  service_address: text,
  mode: text,
  reason: text,
  granted_at: instant,
  ends_at: instant,
  ended_at: instant,
  end_reason: text,
  pending: flag,
  /** How far the caller has to be verified before it is shown as whom and why; 0 where it is. */
  verify_first: count,
})
export type MasqueradeRow = v.InferOutput<typeof masquerade>

/** A page of masquerades: the user's own where they may not review those of others. */
export const masqueradePage = v.object({ own: flag, total: count, more: flag, rows: list(masquerade) })

export interface MasqueradesFor {
  /** open, over, or '' for both. */
  state: string
  csr: string
  /** A web user's ID or user name. */
  user: string
  account: string
  /** Civil dates, both included. */
  from: string
  to: string
  limit: number
  offset: number
}

/** Who ends somebody else's says why in words. */
export interface EndArgs {
  session_id: string
  account: string
  reason: string
  words: string
}
