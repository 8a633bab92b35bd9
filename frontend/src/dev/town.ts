/** Invented people and bills, for looking at the pages in a browser. Nothing of it reaches the build. */
const now = Date.UTC(2026, 10, 1, 15, 20)
const hour = 3_600_000

const people = [
  ['Jane Doe', '12 Main St', 'enrolled'],
  ['Robert Núñez', '14 Maple Ave', 'pending'],
  ['Anne-Marie St. Laurent-Dubois', '2172 Main St APT 1', 'enrolled'],
  ['Walter Oakes', '2172 Main St APT 2', 'unenrolled'],
  ['Siân O’Brien', '2172 Main St APT 3', 'permanent_lock'],
  ['Maple & Sons, LLC', '1 Depot Sq', 'hidden'],
] as const

export const hits = people.map(([name, address, portal_status], at) => ({
  kind: 'customer',
  matched: 'name',
  account_number: `0${30000013 + at * 13}`,
  name,
  service_address: `${address}, Barre, VT 05641`,
  building: address.startsWith('2172') ? '2172 Main St' : '',
  district_id: 'D01',
  portal_status,
  locked: at === 2,
  email: `${at}@example.com`,
  person_id: `100000000${at}`,
  premise_id: `P0000000${at}`,
}))

export const tasks = ['autopay.enrolled', 'paperless.enrolled', 'profile.contact_changed'].map(
  (kind, at) => ({
    task_id: `T00000000${at}`,
    kind,
    status: (['open', 'complete', 'in_progress'] as const)[at],
    account_number: '030000013',
    created_at: now - at * 30 * hour,
    created_by: at < 2 ? 'csr' : 'customer',
    origin: (['masquerade', 'desk', 'portal'] as const)[at],
    csr_id: at < 2 ? 'CSR001' : '',
    web_user_id: at < 2 ? 'CSR001' : 'jane.doe',
    email: at < 2 ? null : 'jane.doe@example.com',
    ip: at < 2 ? '10.20.1.7' : '203.0.113.9',
    self_service_user_id: 'W00000001',
  }),
)

const bills = Array.from({ length: 14 }, (_, at) => {
  const month = (back: number) => new Date(Date.UTC(2026, 10 - back, 1)).toISOString().slice(0, 10)
  const energy = 7200 + Math.round(2600 * Math.cos((at + 2) / 1.9))
  return {
    bill_id: `B${at}`,
    issued_on: month(at + 0).replace(/01$/, '03'),
    due_on: month(at + 0).replace(/01$/, '24'),
    period_start: month(at + 1),
    period_end: month(at),
    total_cents: energy + 1545 + 525,
    quantity: Math.round(energy / 18),
    unit: 'kWh',
    estimated: at === 3,
    segments: [
      {
        line: 1,
        service: 'electric',
        description: 'Energy charge',
        quantity: Math.round(energy / 18),
        unit: 'kWh',
        amount_cents: energy,
      },
      {
        line: 2,
        service: 'electric',
        description: 'Customer charge',
        quantity: 1,
        unit: 'month',
        amount_cents: 1545,
      },
      { line: 3, service: 'tax', description: 'Energy efficiency charge', amount_cents: 525 },
    ],
  }
})

const profile = {
  web_user_id: 'W00000001',
  username: 'jane.doe',
  email: 'jane.doe@example.com',
  person_id: '1000000007',
  name: 'Jane Doe',
  role: 'owner',
  relationship: 'main customer',
  financially_responsible: true,
  default_profile: true,
  enrolment: 'enrolled',
  hidden: false,
  locks: new Array<object>(),
  portal_status: 'enrolled',
  tyler_status: 'active',
  password_locked: false,
  last_customer_logon: now - 26 * hour,
  last_csr_logon: now - 400 * hour,
  accounts: ['030000013', '030000221'],
  open_tasks: 1,
}

const spouse = {
  ...profile,
  web_user_id: 'W00000002',
  username: 'john@example.com',
  email: 'john@example.com',
  name: 'John Doe',
  role: 'manager',
  relationship: 'spouse',
  default_profile: false,
  locks: [{ lock: 'password', by: '', at: now - 3 * hour, reason: 'failed_signins' }],
  tyler_status: 'locked',
  password_locked: true,
  last_customer_logon: 0,
  last_csr_logon: 0,
  accounts: ['030000013'],
  open_tasks: 0,
}

export const account = {
  account: {
    account_number: '030000013',
    district_id: 'D01',
    customer_class: 'residential',
    status: 'active',
    opened_on: '2011-04-02',
    billing_address: 'PO BOX 2172, Barre, VT 05641',
    autopay: false,
    paperless: true,
    nickname: 'Home',
    balance_cents: 11870,
    flags: ['critical_care'],
    premise_id: 'P00000001',
    main_person_id: '1000000007',
  },
  district: { id: 'D01', name: 'Barre City' },
  persons: [
    {
      person_id: '1000000007',
      kind: 'person',
      name: 'Jane Doe',
      relationship: 'main',
      financially_responsible: true,
      email: 'jane.doe@example.com',
      phone: '+18025550114',
      language: 'en',
      id_type: 'ssn',
      id_last4: '0007',
    },
    {
      person_id: '1000000014',
      kind: 'person',
      name: 'John Doe',
      relationship: 'spouse',
      financially_responsible: true,
      phone: '',
    },
  ],
  premise: {
    address1: '12 Main St',
    city: 'Barre',
    state: 'VT',
    postal: '05641',
    kind: 'single family dwelling',
  },
  other_accounts: ['030000221'],
  portal_status: 'enrolled',
  locked: false,
  portal_email: 'jane.doe@example.com',
  last_customer_logon: now - 26 * hour,
  last_csr_logon: now - 400 * hour,
  web_users: [profile, spouse],
  bills,
  payments: bills.slice(1, 6).map((bill, at) => ({
    payment_id: `Y${at}`,
    status: at === 2 ? 'returned' : 'posted',
    amount_cents: bill.total_cents,
    method: 'bank',
    created_at: now - (at + 1) * 720 * hour,
    effective_on: bill.due_on,
  })),
  adjustments: [
    {
      adjustment_id: 'J1',
      on: '2026-08-02',
      kind: 'returned_payment_fee',
      amount_cents: 2500,
      description: 'Returned payment',
    },
  ],
  notifications: [
    {
      notification_id: 'N1',
      template: 'bill_ready',
      address: 'jane.doe@example.com',
      sent_at: now - 48 * hour,
      status: 'delivered',
      status_at: now - 47 * hour,
      history: JSON.stringify([
        { status: 'queued', at: now - 48 * hour, words: '' },
        { status: 'deferred', at: now - 48 * hour, words: '451 4.7.1 Please try again later' },
      ]),
    },
    {
      notification_id: 'N2',
      template: 'payment_received',
      address: 'jane.doe@exmaple.com',
      sent_at: now - 300 * hour,
      status: 'bounced',
      status_at: now - 300 * hour,
      why: 'delivery_mail',
      words: '5.1.1 no such user here',
      history: '',
    },
  ],
  notes: [
    { note_id: 'N1', text: 'Asked about the estimated bill of August.', by: 'CSR014', at: now - 700 * hour },
  ],
  tasks: tasks.filter(({ status }) => status !== 'complete'),
  open_tasks: 2,
  pending: new Array<string>(),
}

export const activity = Array.from({ length: 9 }, (_, at) => ({
  activity_id: `A${at}`,
  at: now - at * 20 * hour,
  kind: (['signin.succeeded', 'bill.viewed', 'preferences.changed'] as const)[at % 3],
  actor: at % 3 === 2 ? 'CSR001' : 'jane.doe',
  actor_kind: at % 3 === 2 ? 'csr' : 'customer',
  detail: at % 3 === 2 ? { paperless: { before: false, after: true } } : null,
}))

export const payments = people.map(([name, address], at) => ({
  payment_id: `Y${at}`,
  account_number: `0${30000013 + at * 13}`,
  status: at % 2 === 0 ? 'scheduled' : 'posted',
  amount_cents: 8412 + at * 731,
  method: at % 3 === 0 ? 'bank' : 'card',
  created_at: now - at * 30 * hour,
  effective_on: `2026-11-${20 - at}`,
  name,
  service_address: `${address}, Barre, VT 05641`,
}))

export const asOf = now

const masquerade = {
  account_number: '030000013',
  name: 'Jane Doe',
  service_address: '12 Main St, Barre, VT 05641',
  username: 'jane.doe',
}

export const masquerades = [
  {
    ...masquerade,
    session_id: 'S000000003',
    csr_id: 'CSR014',
    csr_name: 'Ann Ruiz',
    mode: 'view',
    reason: 'Cannot find a bill',
    granted_at: asOf - 240_000,
    ended_at: 0,
  },
  {
    ...masquerade,
    session_id: 'S000000001',
    csr_id: 'CSR014',
    csr_name: 'Ann Ruiz',
    mode: 'full',
    reason: 'Wants no more paper',
    granted_at: asOf - 3_600_000,
    ended_at: asOf - 3_240_000,
    end_reason: 'closed',
  },
  {
    ...masquerade,
    account_number: '030000026',
    name: 'Rob Day',
    username: 'rob.day',
    session_id: 'S000000002',
    csr_id: 'CSR007',
    csr_name: 'Ben Ito',
    mode: 'view',
    reason: 'Asks where AutoPay is',
    granted_at: asOf - 90_000_000,
    ended_at: asOf - 89_600_000,
    end_reason: 'supervisor',
  },
]
