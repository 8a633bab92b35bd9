import * as v from 'valibot'
import { count, instant, text, word } from './shape'

/** A recovery code, to read out; it is answered once and kept nowhere. */
export const recoveryCode = v.object({ recovery_id: text, code: text, ends_at: instant })
export type RecoveryCode = v.InferOutput<typeof recoveryCode>

/** What another service of the utility says of a web user, and when by the portal's clock. */
export const profileFacts = v.object({ last_log_on: instant, password_locked: v.boolean(), at: instant })

const openPayments = word(['warn', 'block', 'cancel_on_confirm'], 'warn')
/** What becomes of scheduled and pending payments as a portal account is deactivated. */
export type OpenPaymentsPolicy = v.InferOutput<typeof openPayments>

/** What a CSR has to know before they recover, unlink or deactivate a web user. */
export const webUserPolicy = v.nullish(
  v.object({
    link_hours: count,
    code_hours: count,
    unlink: word(['allow', 'deny', 'second_person'], 'second_person'),
    deactivate: word(['permanent_lock', 'lock', 'hide'], 'permanent_lock'),
    open_payments: openPayments,
  }),
  {
    link_hours: 24,
    code_hours: 24,
    unlink: 'second_person',
    deactivate: 'permanent_lock',
    open_payments: 'warn',
  },
)

export const deactivateReasons = ['moving_out', 'opting_out', 'compromised', 'other'] as const
export const webRoles = ['owner', 'manager', 'payer', 'viewer', 'bills', 'usage'] as const

/** A web user, and the account that the CSR has open. */
export interface UserArgs {
  web_user_id: string
  account: string
}
export type EmailArgs = UserArgs & { email: string }
export type UnlinkArgs = UserArgs & { words: string }
export type LinkArgs = UserArgs & { add: string; role: string; relationship: string }
export type DeactivateArgs = UserArgs & { reason: string; words: string; payments: string[] }
export type ReactivateArgs = UserArgs & { words: string }

/** The fields that are given change; a person's and the account's go in commands of their own. */
export interface ProfileArgs {
  account: string
  person_id?: string
  email?: string
  phone?: string
  language?: string
  billing_address?: string
}
