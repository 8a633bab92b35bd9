/** What the invented desk shows to an administrator (`?role=admin`). */
import { asOf } from './town'

const choice = (key: string, group: string, normal: string, ...choices: string[]) => ({
  key,
  group,
  sort: 'choice',
  choices,
  default: normal,
})

const letter = (name: string, most: number, english: string, spanish: string, ...placeholders: string[]) =>
  Object.entries({ en: english, es: spanish }).map(([language, text]) => ({
    key: `message.${name}.${language}`,
    group: 'letters',
    sort: 'text',
    most,
    default: text,
    placeholders,
  }))

export const policyBook = {
  keys: [
    { key: 'utility.timezone', group: 'utility', sort: 'zone', default: 'America/New_York' },
    { key: 'announcement.en', group: 'utility', sort: 'text', most: 500, default: '' },
    { key: 'announcement.es', group: 'utility', sort: 'text', most: 500, default: '' },
    {
      key: 'masquerade.banner.en',
      group: 'masquerade',
      sort: 'text',
      most: 200,
      default: 'You are acting as this customer. Everything is recorded under your name.',
      placeholders: ['username', 'account'],
    },
    {
      key: 'masquerade.banner.es',
      group: 'masquerade',
      sort: 'text',
      most: 200,
      default: 'Está actuando como este cliente. Todo se registra a su nombre.',
      placeholders: ['username', 'account'],
    },
    ...letter('payment_received.subject', 120, 'We received your payment', 'Recibimos su pago'),
    ...letter(
      'payment_received',
      2000,
      'Thank you. We received a payment for your account.',
      'Gracias. Recibimos un pago para su cuenta.',
      ...['name', 'account', 'amount', 'when'],
    ),
    ...letter('bill_ready.subject', 120, 'Your bill is ready', 'Su factura está lista'),
    ...letter(
      'bill_ready',
      2000,
      'A new bill for your account is ready.',
      'Hay una factura nueva de su cuenta.',
      ...['name', 'account'],
    ),
    { key: 'replica.bills', group: 'desk', sort: 'number', least: 1, most: 120, default: '13' },
    { key: 'replica.activity', group: 'desk', sort: 'number', least: 1, most: 3660, default: '90' },
    choice('portal.in_use', 'portal', 'on', 'on', 'off'),
    choice('masquerade.mode.csr', 'masquerade', 'full', 'full', 'assist', 'view', 'off'),
    { key: 'masquerade.idle', group: 'masquerade', sort: 'duration', default: '10m' },
    choice('entitlements.pay.card', 'entitlements', 'deny', 'allow', 'deny', 'second_person'),
    { key: 'verify.wrong_answers', group: 'verify', sort: 'number', default: '3' },
  ],
  entries: [
    {
      policy_key: 'masquerade.banner.en',
      value: 'You are {{username}} now, on account {{account}}.',
      changed_by: 'ADM001',
      changed_at: asOf - 172_800_000,
    },
    {
      policy_key: 'message.payment_received.en',
      value: 'Dear {{name}},\n\nyour payment of {{amount}} reached us. Thank you.',
      changed_by: 'ADM001',
      changed_at: asOf - 172_800_000,
    },
    { policy_key: 'masquerade.idle', value: '5m', changed_by: 'ADM001', changed_at: asOf - 86_400_000 },
  ],
  presets: { beacon: { 'masquerade.mode.csr': 'view' } },
  staff: [
    { csr_id: 'ADM001', name: 'Alan Ruiz', role: 'admin', team: '', districts: ['all'], active: true },
    {
      csr_id: 'CSR001',
      name: 'Grace Lee',
      role: 'csr',
      team: 'T1',
      districts: ['D01'],
      active: true,
      own_users: ['grace.lee'],
    },
  ],
  reasons: [
    {
      sort: 'contact',
      reason_id: 'cannot_sign_in',
      rank: 1,
      text_en: 'Cannot log in',
      text_es: 'No puede iniciar sesión',
    },
  ],
  permissions: ['customer.view', 'web_user.lock', 'web_user.unlock', 'policy.change'],
  entitlements: ['pay.card'],
  verifiable: ['account.view', 'web_user.unlock'],
}

export const districtBoard = {
  districts: [
    { id: 'D01', name: 'Barre City', accounts: 3120, rows: 214_300, staff: ['CSR001', 'CSR014'], desks: 14 },
    { id: 'D02', name: 'Montpelier', accounts: 1880, rows: 128_050, staff: [], desks: 9 },
  ],
  everywhere: ['ADM001', 'SUP001'],
  desks: 17,
}

export const administering = {
  DryRun: () =>
    Promise.resolve([
      {
        csr_id: 'CSR001',
        name: 'Grace Lee',
        what: 'masquerade.mode',
        before: 'full',
        after: 'view',
        because: 'masquerade.mode.csr',
      },
    ]),
  ChangePolicy: () => Promise.resolve(),
  SupportBundle: () => Promise.resolve(true),
  Explain: () =>
    Promise.resolve([
      { what: 'customer.view', is: 'allow', key: '' },
      { what: 'masquerade.mode', is: 'full', key: 'masquerade.mode.csr' },
    ]),
  TryDepth: () =>
    Promise.resolve([
      { district_id: 'D01', leaves: 12_400, comes: 0, desks: 14 },
      { district_id: 'D02', leaves: 8_110, comes: 0, desks: 9 },
    ]),
  TryLetter: () =>
    Promise.resolve({
      subject: 'We received your payment',
      text: 'Hello Jane Doe,\n\nYour payment of $42.00 reached us. Thank you.\n\nAccount: ending in 0013\nAmount: $42.00\n',
    }),
  ChangeStaff: () => Promise.resolve(),
  ChangeReason: () => Promise.resolve(),
  ChangeDevice: () => Promise.resolve(),
  Devices: () =>
    Promise.resolve([
      { device_id: '0192f3c1', csr_id: 'CSR001', seen_at: asOf, revoked_at: 0 },
      { device_id: '0192f3c2', csr_id: 'CSR007', seen_at: asOf - 9_000_000, revoked_at: asOf },
    ]),
}

export const policyHistory = [
  {
    activity_id: 'A1',
    at: asOf - 86_400_000,
    kind: 'policy.changed',
    actor: 'ADM001',
    detail: '{"changes":{"masquerade.idle":{"before":"","after":"5m"}},"words":"Too long for an open floor"}',
  },
]

export const diagnosis = {
  version: '0.1.0',
  system: 'linux/amd64',
  device: '0192f3c1',
  phase: 'live',
  as_of: asOf,
  proof: { at: asOf, read_at: asOf - 600_000 },
  unsent: 0,
  attention: 3,
  scopes: [
    { scope: 'd:D01', rows: 12840, proved: true },
    { scope: 'g', rows: 60, proved: true },
  ],
}

const finished = {
  run_id: 'run-2',
  sort: 'csv',
  source: '/srv/exports/november',
  by: 'billing',
  started_at: asOf - 7_200_000,
  ended_at: asOf - 7_140_000,
  state: 'in_part',
  rows: { read: 12_840, added: 60, changed: 214, unchanged: 12_561, kept: 3, refused: 2 },
}

export const imports = [
  {
    run_id: 'run-3',
    sort: 'green_button',
    source: '/srv/exports/meter.xml → 030000013',
    by: 'billing',
    started_at: asOf - 60_000,
    ended_at: 0,
    state: 'running',
    rows: { read: 0 },
  },
  finished,
  {
    run_id: 'run-1',
    sort: 'csv',
    source: '/srv/exports/october',
    by: 'billing',
    started_at: asOf - 2_700_000_000,
    ended_at: asOf - 2_699_990_000,
    state: 'failed',
    problem: 'bills.csv, line 1: has no column due_on',
    rows: { read: 0 },
  },
]

export const importReport = {
  ...finished,
  files: {
    'accounts.csv': { read: 5000, added: 20, changed: 14, unchanged: 4963, kept: 3 },
    'bills.csv': { read: 7840, added: 40, changed: 200, unchanged: 7598, refused: 2 },
  },
  refused: [
    { file: 'bills.csv', line: 118, field: 'due_on', problem: 'is not a date', code: 'row_no_date' },
    {
      file: 'bills.csv',
      line: 4021,
      field: 'account_number',
      problem: 'names an account that is not there',
      code: 'row_no_account',
    },
  ],
  refused_kept: 2,
  next: 0,
}
