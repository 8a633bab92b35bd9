import * as v from 'valibot'
import { payment } from './account'
import { cents, count, list, text } from './shape'

export const paymentStatuses = ['scheduled', 'pending', 'posted', 'returned', 'cancelled'] as const
export const paymentMethods = ['bank', 'card', 'cash', 'check'] as const

const paymentOfAll = v.object({
  ...payment.entries,
  account_number: text,
  name: text,
  service_address: text,
  /** How far the caller has to be verified before amount and method are shown; 0 where they are. */
  verify_first: count,
})
export type PaymentOfAll = v.InferOutput<typeof paymentOfAll>

/** A page of payments, and what all that fit come to. */
export const paymentPage = v.object({
  total: count,
  amount_cents: cents,
  totals: list(v.object({ status: text, count, amount_cents: cents })),
  rows: list(paymentOfAll),
  /** The same where nothing is added up for that. */
  verify_first: count,
})

export interface PaymentsFor {
  status?: string
  method?: string
  account?: string
  /** Civil dates, both included. */
  from?: string
  to?: string
  limit: number
  offset: number
}
