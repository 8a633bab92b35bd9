import * as v from 'valibot'
import { params } from './session'
import { cents, count, flag, instant, list, maybeNumber, text } from './shape'

const period = v.object({
  from: text,
  to: text,
  quantity: count,
  unit: text,
  quality: text,
  hdd: maybeNumber,
  cdd: maybeNumber,
  days: count,
  per_day: count,
  /** The first days of the periods to compare with; '' for none. */
  before: text,
  year_before: text,
  flags: list(v.string()),
})
export type UsedPeriod = v.InferOutput<typeof period>

const service = v.object({ service: text, unit: text, rows: list(period) })
export type ServiceUsage = v.InferOutput<typeof service>

/** An account's usage, service by service, the newest period first. */
export const usageView = v.object({ services: list(service) })

const day = v.object({ day: text, quantity: count, estimated: count, missing: count, none: flag })
const reading = v.object({ at: instant, seconds: count, quantity: count, estimated: flag })
const meter = v.object({
  series: text,
  service: text,
  unit: text,
  reversed: flag,
  total: count,
  days: list(day),
  readings: list(reading),
})
export type Meter = v.InferOutput<typeof meter>

/** What meters counted in a period, day by day, and interval by interval where it is of a day or two. */
export const intervalView = v.object({
  from: text,
  to: text,
  meters: list(meter),
  at: instant,
  problem: v.nullish(v.object({ code: text, params })),
})
export type IntervalView = v.InferOutput<typeof intervalView>

/** Why a bill differs from the one before: price, usage, fees, tax, fixed and rest add up to the change. */
export const explanation = v.object({
  bill_id: text,
  against: text,
  change_cents: cents,
  price_cents: cents,
  usage_cents: cents,
  fees_cents: cents,
  tax_cents: cents,
  fixed_cents: cents,
  rest_cents: cents,
  days: count,
  quantity: count,
  unit: text,
  price_now: count,
  price_before: count,
  estimated: flag,
  after_estimate: flag,
  parts: list(v.object({ why: text, quantity: count, cents, about: flag })),
})
export type Explanation = v.InferOutput<typeof explanation>

/** Something worth saying about an account. */
export const insight = v.object({
  code: text,
  group: text,
  cents: v.nullish(v.record(v.string(), v.number()), {}),
  dates: v.nullish(v.record(v.string(), v.string()), {}),
  words: v.nullish(v.record(v.string(), v.string()), {}),
  count,
  tab: text,
})
export type Insight = v.InferOutput<typeof insight>

/** A table of the window, to be written as CSV: every row that this computer has. */
export interface Table {
  name:
    | ('bills' | 'segments' | 'payments' | 'adjustments' | 'usage' | 'intervals' | 'tasks' | 'activity')
    | ('people' | 'web_users' | 'notifications' | 'search' | 'all_payments' | 'masquerades')
    | ('staff' | 'devices' | 'reasons' | 'imports' | 'refused')
  account?: string
  run_id?: string
  kinds?: readonly string[]
  actors?: readonly string[]
  session?: string
  from?: string
  to?: string
  tasks?: object
  payments?: object
  masquerades?: object
  search?: { text: string; district: string; statuses: readonly string[] }
  /** That of the headings. */
  language?: string
}

/** How many rows were written; -1 where no file was chosen. */
export const rowsWritten = v.number()
