/** Invented usage for looking at the pages in a browser. */
import { account, asOf } from './town'

const day = 86_400_000
const civil = (at: number) => new Date(at).toISOString().slice(0, 10)

const rows = account.bills.map((bill, at) => ({
  from: bill.period_start,
  to: bill.period_end,
  quantity: bill.quantity,
  unit: 'kWh',
  quality: bill.estimated ? 'estimated' : 'measured',
  hdd: Math.max(0, Math.round(600 * Math.cos((at + 2) / 1.9))),
  cdd: Math.max(0, Math.round(-180 * Math.cos((at + 2) / 1.9))),
  days: Math.round((Date.parse(bill.period_end) - Date.parse(bill.period_start)) / day),
  per_day: bill.quantity / 30.4,
  before: account.bills[at + 1]?.period_start ?? '',
  year_before: account.bills[at + 12]?.period_start ?? '',
  flags: bill.estimated ? ['estimated'] : at === 2 ? ['catching_up'] : at === 5 ? ['unusual'] : [],
}))

const gas = rows.map((row) => ({
  ...row,
  unit: 'therm',
  quantity: Math.round(row.quantity / 9),
  hdd: null,
  cdd: null,
}))

function intervals(query: URLSearchParams): object {
  const first = Date.parse(query.get('from') ?? '')
  const days = Math.round((Date.parse(query.get('to') ?? '') - first) / day)
  const used = (at: number) => 12 + 6 * Math.sin(at * 1.7)
  const readings = Array.from({ length: days === 1 ? 24 : 0 }, (_, at) => ({
    at: first + at * 3_600_000,
    seconds: 3600,
    quantity: 0.4 + Math.round(80 * Math.abs(Math.sin(at / 3.5))) / 100,
    estimated: at === 7,
  }))
  return {
    from: query.get('from'),
    to: query.get('to'),
    at: asOf,
    meters: [
      {
        series: 'm1',
        service: 'electric',
        unit: 'kWh',
        total: 372.4,
        days: Array.from({ length: days }, (_, at) => ({
          day: civil(first + at * day),
          quantity: Math.round(used(at) * 100) / 100,
          estimated: at === 4 ? 3 : 0,
          missing: at === 9 ? 7200 : 0,
        })),
        readings,
      },
    ],
  }
}

const explained = {
  against: 'B1',
  change_cents: 1290,
  price_cents: 124,
  usage_cents: 1093,
  fees_cents: 0,
  tax_cents: 73,
  days: 1,
  quantity: 61,
  unit: 'kWh',
  price_now: 1805,
  price_before: 1780,
  parts: [
    { why: 'days', quantity: 14, cents: 251, about: true },
    { why: 'weather', quantity: 38, cents: 686, about: true },
    { why: 'use', quantity: 9, cents: 156, about: true },
  ],
}

export const insights = [
  { code: 'flags', group: 'warning', words: { flags: 'critical_care' }, count: 1 },
  {
    code: 'payment_returned',
    group: 'warning',
    tab: 'billing',
    count: 1,
    cents: { amount: 11870 },
    dates: { on: '2026-09-24' },
  },
  {
    code: 'bill_higher',
    group: 'financial',
    tab: 'billing',
    count: 31,
    cents: { now: 11870, then: 9061 },
    dates: { then: '2025-11-03' },
  },
  { code: 'late_fees', group: 'financial', tab: 'billing', count: 2, cents: { amount: 1500 } },
]

/** What of /api/... is about usage, bills and insights; undefined for the rest. */
export function usageAnswer(path: string, query: URLSearchParams): object | undefined {
  if (path.endsWith('/usage/intervals')) {
    const offline = new URLSearchParams(window.location.search).get('phase') === 'offline'
    return offline
      ? { problem: { code: 'offline', params: { address: 'https://portal.example.com' } } }
      : intervals(query)
  }
  if (path.endsWith('/usage')) {
    return {
      services: [
        { service: 'electric', unit: 'kWh', rows },
        { service: 'gas', unit: 'therm', rows: gas },
      ],
    }
  }
  if (path.endsWith('/explanation')) return { bill_id: 'B0', ...explained }
  return undefined
}
