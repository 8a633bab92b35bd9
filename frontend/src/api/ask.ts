import * as v from 'valibot'
import { adjustment, bill, payment } from './account'
import { params } from './session'
import { flag, instant, list, text } from './shape'
import { activityRow } from './tasks'

/** What only the portal knows; each question is logged there. */
export const revealed = v.object({ field: text, id_type: text, value: text })
export type Field = 'identifier' | 'born'

const problem = v.nullish(v.object({ code: text, params }))

/** A part of an older log. `next` is where to go on, '' at the beginning of it all; a problem says why it ends here for now. */
export const olderActivity = v.object({ rows: list(activityRow), next: text, since: instant, problem })
export type OlderActivity = v.InferOutput<typeof olderActivity>

export const olderBills = v.object({
  bills: list(bill),
  payments: list(payment),
  adjustments: list(adjustment),
  next: text,
  problem,
})
export type OlderBills = v.InferOutput<typeof olderBills>

/** Who else has an account in front of them. */
export const present = v.object({
  account: text,
  who: list(v.object({ id: text, name: text, editing: flag })),
})
export type Present = v.InferOutput<typeof present>
