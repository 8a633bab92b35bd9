/**
 * Invented contacts, promises and reasons: `?contact` begins amid a call, with contacts, a promise and accounts that were open
 * before; `?contact=verified` with a caller who is verified for a while.
 */
import { account, asOf, hits } from './town'

const asked = new URLSearchParams(window.location.search).get('contact')
const calling = asked !== null

interface Open {
  contact_id: string
  account_number: string
  name: string
  service_address: string
  channel: string
  reason: string
  opened_at: number
  verified_level: number
  verified_by: string
  verified_until?: number
  facts: string[]
  front: boolean
}

interface Bound {
  contact_id: string
  account: string
}

const jane = account.account.account_number
const whoIs = (number: string) => {
  const { name = '', service_address = '' } = hits.find((hit) => hit.account_number === number) ?? {}
  return { account_number: number, name, service_address }
}
const fresh = (number: string, channel: string, reason: string): Open => ({
  ...whoIs(number),
  ...{ contact_id: `K${number}`, channel, reason, opened_at: asOf, front: true },
  ...{ verified_level: 0, verified_by: '', facts: [] },
})

const verified =
  asked === 'verified'
    ? { verified_level: 2, verified_by: 'answers', verified_until: asOf + 900_000, facts: ['born'] }
    : {}
let open: Open[] = calling
  ? [{ ...fresh(jane, 'phone', 'cannot_sign_in'), ...verified, opened_at: asOf - 245_000 }]
  : []
let promises = calling
  ? [
      {
        ...whoIs(jane),
        ...{ callback_id: 'C1', due_at: asOf - 1_800_000, overdue: true, by: 'Ann Supervisor' },
        text: 'Whether the deposit was paid back',
      },
    ]
  : []

const reasons = (sort: string, texts: Record<string, readonly [string, string]>) =>
  Object.entries(texts).map(([reason_id, [text_en, text_es]]) => ({ sort, reason_id, text_en, text_es }))
const catalogue = [
  ...reasons('contact', {
    cannot_sign_in: ['Cannot log in', 'No puede iniciar sesión'],
    no_email: ['Got no email', 'No recibió un correo'],
    autopay_paperless: ['AutoPay or Paperless', 'AutoPay o factura electrónica'],
  }),
  ...reasons('wrap_up', {
    resolved: ['Resolved', 'Resuelto'],
    callback: ['Callback promised', 'Se prometió llamar'],
  }),
]

/** What the window asks of contacts; `changed` and `done` are the invented desk's own. */
export function contactsOf(
  changed: (...topics: string[]) => void,
  done: (kind: string, args: object) => Promise<object>,
) {
  const change = (id: string, to: Partial<Open>) => {
    open = open.map((each) => (each.contact_id === id ? { ...each, ...to } : each))
    changed('contacts')
  }
  const inFront = (id: string) => {
    open = open.map((each) => ({ ...each, front: each.contact_id === id }))
    changed('contacts')
    return Promise.resolve()
  }
  return {
    OpenContact: ({
      account: number,
      channel,
      reason,
    }: {
      account: string
      channel: string
      reason: string
    }) => {
      open = [...open.map((each) => ({ ...each, front: false })), fresh(number, channel, reason)]
      changed('contacts')
      return Promise.resolve({ command_id: `o${open.length}`, state: 'queued' })
    },
    UpdateContact: ({ contact_id, channel, reason }: Bound & { channel?: string; reason?: string }) => {
      if (channel !== undefined) change(contact_id, { channel })
      if (reason !== undefined) change(contact_id, { reason })
      return Promise.resolve({})
    },
    CloseContact: ({ contact_id }: Bound) => {
      open = open.filter((each) => each.contact_id !== contact_id)
      changed('contacts')
      return Promise.resolve({})
    },
    FrontContact: inFront,
    OverrideVerification: ({ contact_id, level }: Bound & { level: number }) => {
      change(contact_id, { verified_level: level, verified_by: 'override' })
      return Promise.resolve({})
    },
    CallerFacts: () => Promise.resolve({ facts: ['born', 'id_last4', 'last_payment'] }),
    VerifyCaller: ({ contact_id, fact }: Bound & { fact: string }) => {
      const before = open.find((each) => each.contact_id === contact_id)
      const facts = [...(before?.facts ?? []), fact]
      change(contact_id, { facts, verified_level: facts.length, verified_by: 'answers' })
      return Promise.resolve({ right: true, level: facts.length, facts, left: 3 })
    },
    RecordAccess: () => Promise.resolve(),
    PlanCallback: ({ account: number, due_at, text }: { account: string; due_at: number; text: string }) => {
      const by = { overdue: false, by: 'Ann Supervisor' }
      promises = [
        ...promises,
        { ...whoIs(number), callback_id: `C${promises.length + 1}`, due_at, text, ...by },
      ]
      return done('callback.plan', { text })
    },
    EndCallback: ({ callback_id }: { callback_id: string }) => {
      promises = promises.filter((each) => each.callback_id !== callback_id)
      return done('callback.done', {})
    },
  }
}

const [customer, , contact] = hits

/** Reads about contacts, and of what is found beside customers; undefined for any other. */
export function contactAnswer(path: string): object | undefined {
  if (path === '/api/contacts') return { now: asOf, rows: open }
  if (path === '/api/reasons') return { rows: catalogue }
  if (path === '/api/callbacks') return { rows: promises }
  if (path === '/api/recent') return calling ? hits.slice(0, 2) : []
  const number = /^\/api\/accounts\/(\w+)\/contacts$/.exec(path)?.[1]
  if (number) {
    const past = {
      contact_id: 'K0',
      reason: 'no_email',
      wrap_up: 'resolved',
      by: 'Ann Day',
      verified_level: 2,
    }
    const times = { opened_at: asOf - 26 * 3_600_000, closed_at: asOf - 25.9 * 3_600_000 }
    return {
      contacts: calling ? [{ ...whoIs(number), ...past, ...times, verified_by: 'answers' }] : [],
      callbacks: promises.filter((each) => each.account_number === number),
    }
  }
  if (path.startsWith('/api/persons/'))
    return {
      person: {
        person_id: contact?.person_id,
        kind: 'person',
        email: contact?.email,
        language: 'en',
        prospect: true,
      },
      name: contact?.name,
      accounts: [],
    }
  if (path.startsWith('/api/premises/'))
    return {
      premise: { premise_id: customer?.premise_id, kind: 'house', vacant: false },
      service_address: customer?.service_address,
      district: { id: 'D01', name: 'Barre City' },
      accounts: [{ account_number: jane, name: customer?.name, status: 'active', opened_on: '2011-04-02' }],
    }
  return undefined
}
