import * as v from 'valibot'
import { accountView, payment } from './account'
import * as admin from './admin'
import * as asks from './ask'
import { Failure, failureFrom } from './failure'
import { host, type Host } from './host'
import * as imported from './imports'
import { masqueradePage, type EndArgs, type MasqueradesFor } from './masquerades'
import { found, type SearchFor } from './search'
import * as shapes from './session'
import { flag, list, text } from './shape'
import * as used from './usage'
import * as webusers from './webusers'
import { paymentPage, type PaymentsFor } from './payments'
import {
  activityPage,
  commands,
  exported,
  queued,
  taskPage,
  receipt,
  taskView,
  type ActivityFor,
  type TasksFor,
} from './tasks'

/** Calls the host and checks the shape of its answer. */
export async function ask<T extends v.GenericSchema>(schema: T, call: (desk: Host) => Promise<unknown>) {
  try {
    return v.parse(schema, await call(host()))
  } catch (thrown) {
    throw failureFrom(thrown)
  }
}

/** Calls the host for what answers nothing. */
export async function tell(call: (desk: Host) => Promise<unknown>): Promise<void> {
  await ask(v.unknown(), call)
}

/** Reads what may be large. */
export async function read<T extends v.GenericSchema>(schema: T, path: string, signal?: AbortSignal) {
  const answer = await fetch(path, { signal: signal ?? null }).catch((thrown: unknown) => {
    throw signal?.aborted ? thrown : failureFrom(thrown)
  })
  const body: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) throw failureFrom(body)
  const result = v.safeParse(schema, body)
  if (!result.success) {
    console.error(path, v.flatten(result.issues))
    throw new Failure('fault')
  }
  return result.output
}

const drafts = new Set<Promise<void>>()

/** Notes that a draft is on its way to the disk. */
function saving(draft: Promise<void>): Promise<void> {
  drafts.add(draft)
  const over = () => void drafts.delete(draft)
  draft.then(over, over)
  return draft
}

/** Waits until every draft is on the disk, or has said that it is not. */
export const draftsSaved = () => Promise.allSettled([...drafts])

function query(fields: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && value !== '') search.set(name, String(value))
  return search.toString()
}

export const lockReasons = ['compromised', 'misuse', 'opting_out', 'other'] as const
export const unlockReasons = ['not_compromised', 'failed_signins', 'opting_in', 'other'] as const

export interface LockArgs {
  web_user_id: string
  account: string
  reason: string
  words: string
}
export type UnlockArgs = LockArgs & { lock: string }
export interface PreferencesArgs {
  account: string
  autopay?: boolean
  paperless?: boolean
  nickname?: string
}
export interface MasqueradeArgs {
  web_user_id: string
  account: string
  reason: string
  acknowledged: boolean
  /** Names the text that was shown, or that was acknowledged earlier in the shift. */
  ack: string
  language: string
}

/** What may be asked of Why before a control is enabled. */
export type Action =
  | 'web_user.lock'
  | 'web_user.unlock'
  | 'profile.unlock'
  | 'web_user.unlink'
  | 'account.link'
  | 'recovery.send_link'
  | 'recovery.generate_code'
  | 'recovery.revoke_code'
  | 'login_email.change'
  | 'login_email.keep'
  | 'activation.resend'
  | 'portal_account.deactivate'
  | 'portal_account.reactivate'
  | 'profile.change'
  | 'preferences.change'
  | 'note.write'
  | 'contact.open'
  | 'contact.update'
  | 'contact.close'
  | 'contact.override'
  | 'caller.verify'
  | 'passphrase.set'
  | 'export.record'
  | 'bill.pdf'
  | 'usage.green_button'
  | 'callback.plan'
  | 'callback.done'
  | 'masquerade.start'
  | 'masquerade.end'
  | 'identifier.reveal'
  | 'identifier.find'
  | 'search.portal'
  | 'activity.older'
  | 'bills.older'
  | 'policy.change'
  | 'staff.change'
  | 'reason.change'
  | 'device.change'
  | 'task.complete'
  | 'task.reject'
  | 'task.cancel'
  | 'task.assign'
  | 'task.comment'
  | 'task.undo'
  | 'notification.resend'
  | 'payment.cancel'

/** What is said of one task, always with the account that stood before whoever said it. */
export interface TaskArgs {
  task_id: string
  account: string
}

export interface RevealArgs {
  person_id: string
  account: string
  field: asks.Field
}

/** Every call the window makes, each with its answer's shape checked. All of them reject with a Failure. */
const searchPath = ({ text: words, district, status, limit }: SearchFor) =>
  `/api/search?${query({ text: words, district, status: status.join(','), limit, offset: 0 })}`

export const desk = {
  session: () => ask(shapes.session, (h) => h.Session()),
  signIn: (portal: string, user: string, password: string) =>
    ask(shapes.session, (h) => h.SignIn(portal, user, password)),
  signOut: (evenWithUnsent: boolean) => tell((h) => h.SignOut(evenWithUnsent)),
  lock: () => tell((h) => h.Lock()),
  /** Has the host hold what the window wants back, and the window hold it no longer. */
  keep: (held: shapes.Held) => tell((h) => h.Keep(JSON.stringify(held))),
  unlock: (password: string) => ask(shapes.kept, (h) => h.Unlock(password)),
  used: () => tell((h) => h.Used()),
  status: () => ask(shapes.status, (h) => h.Status()),
  districts: () => ask(shapes.districts, (h) => h.Districts()),
  policy: (language: string) => ask(shapes.policy, (h) => h.Policy(language)),
  why: (kind: Action, args: object) => ask(shapes.why, (h) => h.Why(kind, args)),

  lockWebUser: (args: LockArgs) => ask(queued, (h) => h.LockWebUser(args)),
  unlockWebUser: (args: UnlockArgs) => ask(queued, (h) => h.UnlockWebUser(args)),
  sendResetLink: (args: webusers.UserArgs) => ask(queued, (h) => h.SendResetLink(args)),
  profile: (args: webusers.UserArgs) => ask(webusers.profileFacts, (h) => h.Profile(args)),
  unlockProfile: (args: LockArgs) => ask(webusers.profileFacts, (h) => h.UnlockProfile(args)),
  generateCode: (args: webusers.UserArgs) => ask(webusers.recoveryCode, (h) => h.GenerateCode(args)),
  revokeCode: (args: webusers.UserArgs) => ask(queued, (h) => h.RevokeCode(args)),
  changeLoginEmail: (args: webusers.EmailArgs) => ask(queued, (h) => h.ChangeLoginEmail(args)),
  keepLoginEmail: (args: webusers.UserArgs) => ask(queued, (h) => h.KeepLoginEmail(args)),
  resendActivation: (args: webusers.UserArgs) => ask(queued, (h) => h.ResendActivation(args)),
  unlinkWebUser: (args: webusers.UnlinkArgs) => ask(queued, (h) => h.UnlinkWebUser(args)),
  linkAccount: (args: webusers.LinkArgs) => ask(queued, (h) => h.LinkAccount(args)),
  deactivatePortal: (args: webusers.DeactivateArgs) => ask(queued, (h) => h.DeactivatePortal(args)),
  reactivatePortal: (args: webusers.ReactivateArgs) => ask(queued, (h) => h.ReactivatePortal(args)),
  changeProfile: (args: webusers.ProfileArgs) => ask(queued, (h) => h.ChangeProfile(args)),
  openPayments: (webUserId: string, signal?: AbortSignal) =>
    read(list(payment), `/api/web_users/${encodeURIComponent(webUserId)}/open_payments`, signal),
  /** What was done over what somebody else had changed, the latest first. */
  overwrote: (signal?: AbortSignal) => read(commands, '/api/overwrote', signal),
  changePreferences: (args: PreferencesArgs) => ask(queued, (h) => h.ChangePreferences(args)),
  writeNote: (account: string, note: string) => ask(queued, (h) => h.WriteNote({ account, text: note })),
  draft: (account: string) => ask(text, (h) => h.Draft(account)),
  saveDraft: (account: string, note: string) => saving(tell((h) => h.SaveDraft(account, note))),

  completeTask: (args: TaskArgs & { words?: string }) => ask(queued, (h) => h.CompleteTask(args)),
  rejectTask: (args: TaskArgs & { words: string }) => ask(queued, (h) => h.RejectTask(args)),
  cancelTask: (args: TaskArgs & { words: string }) => ask(queued, (h) => h.CancelTask(args)),
  assignTask: (args: TaskArgs & { csr: string }) => ask(queued, (h) => h.AssignTask(args)),
  undoTask: (args: TaskArgs) => ask(queued, (h) => h.UndoTask(args)),
  commentTask: (args: TaskArgs & { text: string }) => ask(queued, (h) => h.CommentTask(args)),
  resendNotification: (args: { notification_id: string; account: string }) =>
    ask(queued, (h) => h.ResendNotification(args)),
  /** Asked of the portal at once; the answer is the payment as it stands then. */
  cancelPayment: (args: { payment_id: string; account: string; words: string }) =>
    tell((h) => h.CancelPayment(args)),

  outbox: () => ask(commands, (h) => h.Outbox()),
  attention: () => ask(commands, (h) => h.Attention()),
  recover: () => tell((h) => h.Recover()),
  discard: (commandId: string) => tell((h) => h.Discard(commandId)),
  repeat: (commandId: string) => tell((h) => h.Repeat(commandId)),
  confirm: (commandId: string) => tell((h) => h.Confirm(commandId)),
  handOver: (commandId: string) => tell((h) => h.HandOver(commandId)),
  /** How many commands were written; -1 where no file was chosen. */
  exportOutbox: () => ask(exported, (h) => h.ExportOutbox()),

  startMasquerade: (args: MasqueradeArgs) => tell((h) => h.StartMasquerade(args)),
  endSession: (args: EndArgs) => ask(queued, (h) => h.EndSession(args)),
  endMasquerade: () => tell((h) => h.EndMasquerade()),
  masquerade: () => ask(shapes.masquerade, (h) => h.Masquerade()),
  copyText: (words: string) => tell((h) => h.CopyText(words)),

  reveal: (args: RevealArgs) => ask(asks.revealed, (h) => h.Reveal(args)),
  findIdentifier: (value: string) => ask(found, (h) => h.FindIdentifier(value)),
  fetchAccount: (number: string) => tell((h) => h.FetchAccount(number)),
  setPresence: (account: string, editing: boolean) => tell((h) => h.SetPresence(account, editing)),
  present: (account: string) => ask(asks.present, (h) => h.Present(account)),

  pop: () => ask(shapes.pop, (h) => h.Pop()),
  popSeen: (id: number) => tell((h) => h.PopSeen(id)),

  search: (wanted: SearchFor, signal?: AbortSignal) => read(found, searchPath(wanted), signal),
  /** What of the search is found at once. */
  searchFirst: (wanted: SearchFor, signal?: AbortSignal) =>
    read(found, `${searchPath(wanted)}&first=1`, signal),
  account: (number: string, signal?: AbortSignal) =>
    read(accountView, `/api/accounts/${encodeURIComponent(number)}`, signal),
  activity: (number: string, { kinds, actors, session, page, all }: ActivityFor, signal?: AbortSignal) =>
    read(
      activityPage,
      `/api/accounts/${encodeURIComponent(number)}/activity?${query({ kind: kinds.join(','), actor: actors.join(','), session, page, all: all ? '1' : '' })}`,
      signal,
    ),
  olderActivity: (number: string, kinds: readonly string[], before: string) =>
    read(
      asks.olderActivity,
      `/api/accounts/${encodeURIComponent(number)}/activity/older?${query({ kind: kinds.join(','), before })}`,
    ),
  olderBills: (number: string, before: string) =>
    read(asks.olderBills, `/api/accounts/${encodeURIComponent(number)}/bills/older?${query({ before })}`),
  usage: (number: string, signal?: AbortSignal) =>
    read(used.usageView, `/api/accounts/${encodeURIComponent(number)}/usage`, signal),
  /** It may ask the portal, which logs the question. */
  intervals: (number: string, from: string, to: string) =>
    read(
      used.intervalView,
      `/api/accounts/${encodeURIComponent(number)}/usage/intervals?${query({ from, to })}`,
    ),
  explainBill: (number: string, bill: string, signal?: AbortSignal) =>
    read(
      used.explanation,
      `/api/accounts/${encodeURIComponent(number)}/bills/${encodeURIComponent(bill)}/explanation`,
      signal,
    ),
  exportTable: (table: used.Table) => ask(used.rowsWritten, (h) => h.ExportTable(table)),
  /** The portal writes these and logs that it did; false where no file was chosen. */
  saveBill: (args: { account: string; bill_id: string; language: string }) =>
    ask(flag, (h) => h.SaveBill(args)),
  saveGreenButton: (args: { account: string; from: string; to: string }) =>
    ask(flag, (h) => h.SaveGreenButton(args)),
  searchEverywhere: (words: string) => read(found, `/api/everywhere?${query({ text: words })}`),
  policyBook: () => read(admin.policyBook, '/api/policy'),
  policyHistory: () => read(admin.history, '/api/policy/history'),
  dryRun: (args: admin.PolicyArgs) => ask(admin.effects, (h) => h.DryRun(args)),
  changePolicy: (args: admin.PolicyArgs) => tell((h) => h.ChangePolicy(args)),
  explain: (id: string) => ask(admin.standings, (h) => h.Explain(id)),
  changeStaff: (args: admin.StaffArgs) => tell((h) => h.ChangeStaff(args)),
  changeReason: (args: admin.CatalogueReason) => tell((h) => h.ChangeReason(args)),
  changeDevice: (device_id: string, revoked: boolean) => tell((h) => h.ChangeDevice({ device_id, revoked })),
  diagnosis: () => read(admin.diagnosis, '/api/diagnosis'),
  supportBundle: () => ask(flag, (h) => h.SupportBundle()),
  districtBoard: () => read(admin.districtBoard, '/api/districts'),
  tryDepth: (changes: Record<string, string>) => ask(admin.depthEffects, (h) => h.TryDepth({ changes })),
  tryLetter: (args: admin.LetterArgs) => ask(admin.letter, (h) => h.TryLetter(args)),
  imports: () => read(imported.imports, '/api/imports'),
  importReport: (run: string, after: number) =>
    read(imported.importReport, `/api/imports/${encodeURIComponent(run)}?${query({ after })}`),
  devices: () => ask(admin.devices, (h) => h.Devices()),
  task: (id: string, signal?: AbortSignal) => read(taskView, `/api/tasks/${encodeURIComponent(id)}`, signal),
  receipt: (id: string, signal?: AbortSignal) =>
    read(receipt, `/api/masquerades/${encodeURIComponent(id)}`, signal),
  masquerades: (filter: MasqueradesFor, signal?: AbortSignal) =>
    read(masqueradePage, `/api/masquerades?${query({ ...filter })}`, signal),
  payments: (filter: PaymentsFor, signal?: AbortSignal) =>
    read(paymentPage, `/api/payments?${query({ ...filter })}`, signal),
  tasks: (filter: TasksFor, signal?: AbortSignal) =>
    read(taskPage, `/api/tasks?${query({ ...filter })}`, signal),
}
