import * as v from 'valibot'
import { count, flag, list, text, word } from './shape'

export const portalStatus = word(
  ['enrolled', 'pending', 'unenrolled', 'permanent_lock', 'hidden', ''],
  'unenrolled',
)
export type PortalStatus = v.InferOutput<typeof portalStatus>

export const hit = v.object({
  kind: word(['customer', 'prospect', 'contact', 'premise'], 'contact'),
  account_number: text,
  name: text,
  service_address: text,
  building: text,
  district_id: text,
  portal_status: v.nullish(portalStatus, ''),
  locked: flag,
  email: text,
  person_id: text,
  premise_id: text,
})
export type Hit = v.InferOutput<typeof hit>

export const section = v.object({
  name: word(['exact', 'address', 'name', 'billing', 'anywhere'], 'anywhere'),
  total: count,
  rows: list(hit),
  /** How many rows the building of the last one has, once that is counted and where more follow. */
  last_building: count,
})
export type Section = v.InferOutput<typeof section>

export const found = v.object({
  total: count,
  more: flag,
  hidden_by_filters: count,
  /** What one filter alone hides. */
  hidden_by_district: count,
  hidden_by_status: count,
  /** Whether the counts are exact; what is found at once is not counted where there is more. */
  counted: v.nullish(v.boolean(), true),
  sections: list(section),
})
export type Found = v.InferOutput<typeof found>

/** The four boxes of the search page. Pending stands under Unenrolled's. */
export const statusBoxes = ['enrolled', 'unenrolled', 'permanent_lock', 'hidden'] as const
export type StatusBox = (typeof statusBoxes)[number]

export interface SearchFor {
  text: string
  district: string
  status: readonly StatusBox[]
  limit: number
}
