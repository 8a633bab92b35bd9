import type { Front } from '../frame/offers'

// Three customers of an invented host, for tests that must tell one from another.
export const jane: Front = { account: '030000013', name: 'Jane Doe', address: '12 Main St, Barre' }
export const rob: Front = { account: '030000026', name: 'Rob Day', address: '7 Elm St, Berlin' }
export const sue: Front = { account: '030000039', name: 'Sue Oak', address: '9 Oak St, Calais' }
const everybody = [jane, rob, sue]

export const named = ({ account, name, address }: Front) => ({
  account_number: account,
  name,
  service_address: address,
})

export const contactOf = (who: Front, front: boolean) => ({
  ...named(who),
  contact_id: `C-${who.account}`,
  channel: 'phone',
  opened_at: 1_790_000_000_000,
  front,
})

export const promiseTo = (who: Front) => ({
  ...named(who),
  callback_id: `K-${who.account}`,
  due_at: 1_790_000_000_000,
  text: 'the deposit',
})

/** An account with one web user, who has the customer's first name for a user name; `change` says how they stand. */
export function accountOf({ account, name, address }: Front, change: object = {}) {
  const [street = '', city = ''] = address.split(', ')
  const username = name.toLowerCase().replace(' ', '.')
  return {
    account: { account_number: account, main_person_id: `P-${account}`, status: 'active' },
    persons: [
      {
        person_id: `P-${account}`,
        name,
        kind: 'person',
        relationship: 'main',
        id_type: 'ssn',
        id_last4: '0042',
      },
    ],
    premise: { address1: street, city },
    portal_email: `${username}@example.com`,
    notifications: [{ notification_id: `N-${account}`, template: 'bill_ready', sent_at: 1_790_000_000_000 }],
    web_users: [
      {
        web_user_id: `W-${account}`,
        person_id: `P-${account}`,
        username,
        name,
        email: `${username}@example.com`,
        default_profile: true,
        enrolment: 'enrolled',
        ...change,
      },
    ],
  }
}

const task = { ...named(jane), task_id: 'T1', kind: 'autopay.enrolled', status: 'open', username: 'jane.doe' }
const payments = everybody.map((who) => ({
  ...named(who),
  payment_id: `Y-${who.account}`,
  status: 'scheduled',
  amount_cents: 4200,
}))

/** What the host of this town answers, with these contacts open; `user` says how Jane's web user stands. */
export function townApi(contacts: () => object[], user: object = {}) {
  return (path: string): unknown => {
    const number = /^\/api\/accounts\/(\d+)/.exec(path)?.[1]
    const who = everybody.find(({ account }) => account === number)
    if (who && path.endsWith(who.account)) return accountOf(who, who === jane ? user : {})
    if (who && path.endsWith('/contacts')) return { callbacks: [promiseTo(who)] }
    if (path.endsWith('/open_payments')) return []
    if (path === '/api/contacts') return { now: 1_790_000_065_000, rows: contacts() }
    if (path === '/api/reasons')
      return { rows: [{ sort: 'wrap_up', reason_id: 'resolved', text_en: 'Resolved' }] }
    if (path === '/api/tasks/T1') return task
    if (path === '/api/masquerades')
      return {
        total: 1,
        rows: [{ ...named(jane), session_id: 'S1', csr_id: 'CSR014', username: 'jane.doe' }],
      }
    if (path === '/api/masquerades/S1') return { ...named(jane), session_id: 'S1', username: 'jane.doe' }
    if (path === '/api/payments') return { total: payments.length, rows: payments }
    if (path === '/api/everywhere')
      return {
        total: 1,
        sections: [{ name: 'name', total: 1, rows: [{ ...named(jane), kind: 'customer' }] }],
      }
    return { total: 0, rows: [] }
  }
}
