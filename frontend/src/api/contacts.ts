import { useQuery } from '@tanstack/react-query'
import * as v from 'valibot'
import { ask, desk, read, tell } from './desk'
import { count, flag, instant, list, text } from './shape'
import { queued } from './tasks'

const contact = {
  contact_id: text,
  account_number: text,
  csr_id: text,
  channel: text,
  reason: text,
  opened_at: instant,
  closed_at: instant,
  verified_level: count,
  verified_by: text,
  wrong_answers: count,
  wrap_up: text,
  facts: list(v.string()),
}
const named = { name: text, service_address: text }

const openContact = v.object({
  ...contact,
  ...named,
  /** When the verification is over although the contact lasts; 0 is not before its end. */
  verified_until: instant,
  front: flag,
  pending: flag,
})
export type OpenContact = v.InferOutput<typeof openContact>
const openContacts = v.object({ now: instant, rows: list(openContact) })

const promise = v.object({
  ...named,
  callback_id: text,
  account_number: text,
  due_at: instant,
  text: text,
  by: text,
  overdue: flag,
  pending: flag,
})
export type Promised = v.InferOutput<typeof promise>

const history = v.object({ contacts: list(v.object({ ...contact, by: text })), callbacks: list(promise) })

const reason = v.object({ sort: text, reason_id: text, text_en: text, text_es: text, retired: flag })
export type Reason = v.InferOutput<typeof reason>

const verified = v.object({ right: flag, level: count, facts: list(v.string()), left: count })
export type Verified = v.InferOutput<typeof verified>

export const channels = ['phone', 'email', 'chat', 'visit', 'letter'] as const
export const outcomes = ['kept', 'unreached', 'dropped'] as const
export const mostVerified = 3

/** The contact and the account that it is about: what is done in a contact names both. */
export interface Bound {
  contact_id: string
  account: string
}

export const contacts = {
  open: (args: { account: string; channel: string; reason: string }) =>
    ask(queued, (h) => h.OpenContact(args)),
  update: (args: Bound & { channel?: string; reason?: string }) => ask(queued, (h) => h.UpdateContact(args)),
  close: (args: Bound & { wrap_up: string; note: string }) => ask(queued, (h) => h.CloseContact(args)),
  front: (contactId: string) => tell((h) => h.FrontContact(contactId)),
  override: (args: Bound & { level: number; words: string }) =>
    ask(queued, (h) => h.OverrideVerification(args)),
  verify: (args: Bound & { fact: string; answer: string }) => ask(verified, (h) => h.VerifyCaller(args)),
  setPassphrase: (args: Bound & { passphrase: string }) => tell((h) => h.SetPassphrase(args)),
  facts: (account: string) => ask(v.object({ facts: list(v.string()) }), (h) => h.CallerFacts({ account })),
  recordAccess: (account: string) => tell((h) => h.RecordAccess({ account })),
  plan: (args: { account: string; due_at: number; text: string }) => ask(queued, (h) => h.PlanCallback(args)),
  end: (args: { callback_id: string; account: string; outcome: string }) =>
    ask(queued, (h) => h.EndCallback(args)),
}

/** The user's open contacts, in the order in which they were opened. */
export const useContacts = () =>
  useQuery({
    queryKey: ['contacts'],
    queryFn: ({ signal }) => read(openContacts, '/api/contacts', signal),
  })

export const useContactHistory = (account: string) =>
  useQuery({
    queryKey: ['contactHistory', account],
    queryFn: ({ signal }) => read(history, `/api/accounts/${encodeURIComponent(account)}/contacts`, signal),
  })

/** What the user promised and has not done, the most overdue first. */
export const useCallbacks = () =>
  useQuery({
    queryKey: ['callbacks'],
    queryFn: ({ signal }) => read(v.object({ rows: list(promise) }), '/api/callbacks', signal),
  })

/** Why customers come, and how contacts end. */
export const useReasons = () =>
  useQuery({
    queryKey: ['reasons'],
    queryFn: ({ signal }) => read(v.object({ rows: list(reason) }), '/api/reasons', signal),
  })

/** What can be asked of a caller; each look is logged, so nothing keeps it. */
export const useFacts = (account: string, enabled: boolean) =>
  useQuery({
    queryKey: ['facts', account],
    queryFn: () => contacts.facts(account),
    enabled,
    gcTime: 0,
    staleTime: Infinity,
  })

/** What is ticked of a contact's checklist; it is kept as a draft is. */
export const useTicks = (contactId: string) =>
  useQuery({ queryKey: ['draft', contactId], queryFn: () => desk.draft(contactId) })
