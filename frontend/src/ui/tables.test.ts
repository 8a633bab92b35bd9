import { expect, it } from 'vitest'

const sources = import.meta.glob<string>('../**/*.tsx', { query: '?raw', import: 'default', eager: true })

/** What is saved of a table, and the file that has the button. */
const saved = (by: string, ...names: string[]) => ({ by: `../${by}`, names })

/** Every table of the window, file by file in their order: where it is saved as CSV, or why it is not. */
const tables: Record<string, (ReturnType<typeof saved> | string)[]> = {
  'account/ActivityRows.tsx': [saved('account/ActivityLog.tsx', 'activity')],
  'account/BillTable.tsx': [saved('account/Billing.tsx', 'bills', 'segments')],
  'account/Billing.tsx': [
    saved('account/Billing.tsx', 'payments'),
    saved('account/Billing.tsx', 'adjustments'),
  ],
  'account/CurrentBill.tsx': ['the latest rows of what Billing saves whole'],
  'account/Customer.tsx': [saved('account/Customer.tsx', 'people')],
  'account/Notifications.tsx': [saved('account/Notifications.tsx', 'notifications')],
  'admin/DepthReview.tsx': ['what a draft would do; nothing is kept of it'],
  'admin/DevicesPanel.tsx': [saved('admin/DevicesPanel.tsx', 'devices')],
  'admin/DistrictsPanel.tsx': ['counts of the moment, about desks and no customer'],
  'admin/ExplainSheet.tsx': ['what follows from the policy for one person, worked out anew each time'],
  'admin/HistoryPanel.tsx': [
    'the newest changes of the policy, for a glance; the log that counts is the portal’s',
  ],
  'admin/ImportSheet.tsx': [
    saved('admin/ImportSheet.tsx', 'refused'),
    'the sums of one import, which --report writes',
  ],
  'admin/ImportsPanel.tsx': [saved('admin/ImportsPanel.tsx', 'imports')],
  'admin/ReasonsPanel.tsx': [saved('admin/ReasonsPanel.tsx', 'reasons')],
  'admin/ReviewDialog.tsx': ['what a draft would do; nothing is kept of it'],
  'admin/RightsMatrix.tsx': ['boxes to tick, of the policy'],
  'admin/StaffPanel.tsx': [saved('admin/StaffPanel.tsx', 'staff')],
  'diagnostics/DiagnosticsPage.tsx': ['about this computer; the support bundle holds it'],
  'find/PersonPage.tsx': ['the accounts of one person, each with its own tables'],
  'find/PremisePage.tsx': ['the accounts of one premise, each with its own tables'],
  'masquerade/MasqueradeTable.tsx': [saved('masquerade/MasqueradesPage.tsx', 'masquerades')],
  'payments/PaymentTable.tsx': [saved('payments/PaymentsPage.tsx', 'all_payments')],
  'tasks/TaskTable.tsx': [saved('tasks/TasksPage.tsx', 'tasks')],
  'usage/Comparison.tsx': ['three periods of the table beneath it, which is saved'],
  'usage/DayIntervals.tsx': [saved('usage/Intervals.tsx', 'intervals')],
  'usage/ExplainBill.tsx': ['a bill put into words'],
  'usage/MeterDays.tsx': [saved('usage/Intervals.tsx', 'intervals')],
  'usage/UsageTable.tsx': [saved('usage/UsageTable.tsx', 'usage')],
  'webusers/OpenPayments.tsx': ['what is asked about, in a confirmation; Billing saves the payments'],
  'webusers/Summary.tsx': [saved('webusers/Summary.tsx', 'web_users')],
}

const code = Object.entries(sources).filter(([file]) => !file.includes('.test.'))

it('knows of every table how it is saved, or why not', () => {
  const found = code.flatMap(([file, source]) => {
    const count = source.split(/<table[\s>]/).length - 1
    return count > 0 ? [`${file.replace('../', '')} ${count}`] : []
  })
  const known = Object.entries(tables).map(([file, all]) => `${file} ${all.length}`)
  expect(found.sort()).toEqual(known.sort())
})

it('has a button for every table that is saved', () => {
  for (const each of Object.values(tables).flat()) {
    if (typeof each === 'string') continue
    for (const name of each.names) {
      expect(sources[each.by], `${name} in ${each.by}`).toContain(`name: '${name}'`)
      expect(sources[each.by], each.by).toContain('<CsvButton')
    }
  }
})
