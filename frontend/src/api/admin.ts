import * as v from 'valibot'
import { params } from './session'
import { count, flag, instant, list, text, word } from './shape'

const sorts = [
  'choice',
  'duration',
  'number',
  'text',
  'words',
  'zone',
  'currency',
  'address',
  'origins',
] as const
const key = v.object({
  key: text,
  group: text,
  sort: word(sorts, 'text'),
  choices: list(v.string()),
  least: count,
  most: count,
  default: text,
  placeholders: list(v.string()),
})
export type PolicyKey = v.InferOutput<typeof key>

const entry = v.object({ policy_key: text, value: text, changed_by: text, changed_at: instant })
export type PolicyEntry = v.InferOutput<typeof entry>

const staff = v.object({
  csr_id: text,
  name: text,
  role: word(['csr', 'supervisor', 'admin'], 'csr'),
  team: text,
  districts: list(v.string()),
  active: flag,
  own_users: list(v.string()),
})
export type Staff = v.InferOutput<typeof staff>

const reason = v.object({
  sort: text,
  reason_id: text,
  rank: count,
  text_en: text,
  text_es: text,
  retired: flag,
})
export type CatalogueReason = v.InferOutput<typeof reason>

/** Everything that administrators set, as this computer's copy has it. */
export const policyBook = v.object({
  keys: list(key),
  entries: list(entry),
  presets: v.nullish(v.record(v.string(), v.record(v.string(), v.string())), () => ({})),
  staff: list(staff),
  reasons: list(reason),
  permissions: list(v.string()),
  entitlements: list(v.string()),
  verifiable: list(v.string()),
})
export type PolicyBook = v.InferOutput<typeof policyBook>

/** What a change of the policy changes for a member of staff. */
export const effects = list(
  v.object({ csr_id: text, name: text, what: text, before: text, after: text, because: text }),
)
export type Effect = v.InferOutput<typeof effects>[number]

export const standings = list(v.object({ what: text, is: text, key: text }))

export const devices = list(
  v.object({ device_id: text, csr_id: text, seen_at: instant, revoked_at: instant, last_n: count }),
)
export type Device = v.InferOutput<typeof devices>[number]

const district = v.object({
  id: text,
  name: text,
  accounts: count,
  rows: count,
  staff: list(v.string()),
  desks: count,
})

/** How the districts stand, and who holds all of them. */
export const districtBoard = v.object({
  districts: list(district),
  everywhere: list(v.string()),
  desks: count,
})

/** What a change of the depth does to the desks of a district. */
export const depthEffects = list(v.object({ district_id: text, leaves: count, comes: count, desks: count }))

export const history = list(
  v.object({ activity_id: text, at: instant, kind: text, actor: text, detail: text }),
)

export interface PolicyArgs {
  changes: Record<string, string>
  seen: Record<string, string>
  words?: string
}

/** A message to customers as it would go out. */
export const letter = v.object({ subject: text, text })

export interface LetterArgs {
  template: string
  language: string
  changes: Record<string, string>
}

export interface StaffArgs extends Staff {
  new: boolean
  password?: string
}

/** How this desk stands. */
export const diagnosis = v.object({
  version: text,
  system: text,
  device: text,
  phase: word(['offline', 'connecting', 'syncing', 'live'], 'offline'),
  as_of: instant,
  proof: v.object({ at: instant, read_at: instant }),
  unsent: count,
  attention: count,
  problem: v.nullish(v.object({ code: text, params })),
  scopes: list(v.object({ scope: text, rows: count, proved: flag })),
})
