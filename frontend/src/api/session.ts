import * as v from 'valibot'
import { count, flag, instant, list, text, word } from './shape'
import { webUserPolicy } from './webusers'

export const params = v.nullish(
  v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  () => ({}),
)
const secrets = word(['keyring', 'file', 'memory'], 'keyring')

export const session = v.object({
  signed_in: flag,
  user: v.nullish(
    v.object({ id: text, name: text, role: word(['csr', 'supervisor', 'admin'], 'csr'), team: text }),
  ),
  portal: text,
  secrets,
  problem: v.nullish(v.object({ code: text, params })),
  /** When they signed in; 0 where that was not noted. */
  since: instant,
  /** The utility's, also while the desk is locked; '' where nobody is signed in. */
  timezone: text,
  /** Nothing of a customer is told until the password was given. */
  locked: v.nullish(v.object({ at: instant, idle: flag })),
  hint: v.nullish(v.object({ portal: text, user: text, password: text })),
})
export type Session = v.InferOutput<typeof session>

/** What the window wants back after it was locked: where it was, the search it was left with, and what was typed into forms. */
export const held = v.object({
  place: text,
  search: text,
  typed: v.nullish(v.array(v.tuple([v.string(), v.string()])), () => []),
})
export type Held = v.InferOutput<typeof held>
/** What was held, as the host gives it back; it may have none, as after a restart. */
export const kept = v.pipe(
  text,
  v.transform((json): unknown => (json === '' ? {} : JSON.parse(json))),
  held,
)

export const status = v.object({
  online: flag,
  phase: word(['offline', 'connecting', 'syncing', 'live'], 'offline'),
  as_of: instant,
  unsent: count,
  attention: count,
  rows: count,
  copied: count,
  copying: count,
  problem: v.nullish(v.object({ code: text, params })),
  secrets,
})
export type Status = v.InferOutput<typeof status>

export const districts = list(
  v.object({
    id: text,
    name: text,
    /** Its customers are on this computer. */
    here: flag,
  }),
)

export const policy = v.object({
  masquerade: v.nullish(
    v.object({
      mode: word(['full', 'assist', 'view', 'off'], 'view'),
      acknowledge: word(['every', 'once_per_shift', 'off'], 'every'),
      reason: word(['required', 'optional', 'off'], 'required'),
      ack_text: text,
      /** Names the text, in this language. */
      ack_version: text,
      /** It was acknowledged in this shift already, where once is enough. */
      acknowledged: flag,
    }),
    {
      mode: 'off',
      acknowledge: 'every',
      reason: 'required',
      ack_text: '',
      ack_version: '',
      acknowledged: false,
    },
  ),
  web_users: webUserPolicy,
  /** Why the whole desk is switched off for who is signed in, if it is. */
  console_off: v.nullish(v.object({ code: text, params })),
  portal_in_use: v.nullish(v.boolean(), true),
  /** Where customers sign in; '' where the utility did not say. */
  portal_home: text,
  /** Another service knows when web users signed in, and whether their password is locked. */
  profiles_elsewhere: flag,
  timezone: v.nullish(v.string(), 'UTC'),
  currency: v.nullish(v.string(), 'USD'),
  /** What the utility has to say to everybody; '' for nothing. */
  announcement: text,
})
export type Policy = v.InferOutput<typeof policy>

export const masquerade = v.object({
  open: flag,
  web_user_id: text,
  username: text,
  account: text,
  mode: text,
  ends_at: instant,
  ended: v.nullish(v.object({ session_id: text, account: text, username: text, reason: text })),
  /** Its banner has stopped: its window may be empty. */
  window_lost: flag,
  /** Its window cannot reach the portal. */
  portal_lost: flag,
})
export type Masquerade = v.InferOutput<typeof masquerade>

export const why = v.object({ allowed: flag, code: text, params })
export type Why = v.InferOutput<typeof why>

/** The customer whom a phone system asks to be shown; id 0 for none. It says nothing about who is calling. */
export const pop = v.object({
  id: count,
  account: text,
  phone: text,
  email: text,
  reason: text,
  /** The account is one of this desk's. */
  here: flag,
  problem: v.nullish(v.object({ code: text, params })),
})
export type Pop = v.InferOutput<typeof pop>
