/** What the Go side binds into the window. Results arrive unchecked; desk.ts gives them their shape. */
export interface Host {
  Session(): Promise<unknown>
  SignIn(portal: string, user: string, password: string): Promise<unknown>
  SignOut(evenWithUnsent: boolean): Promise<unknown>
  Lock(): Promise<unknown>
  Keep(what: string): Promise<unknown>
  Unlock(password: string): Promise<unknown>
  Used(): Promise<unknown>
  Status(): Promise<unknown>
  Districts(): Promise<unknown>
  Policy(language: string): Promise<unknown>
  LockWebUser(args: object): Promise<unknown>
  UnlockWebUser(args: object): Promise<unknown>
  ChangePreferences(args: object): Promise<unknown>
  SendResetLink(args: object): Promise<unknown>
  Profile(args: object): Promise<unknown>
  UnlockProfile(args: object): Promise<unknown>
  GenerateCode(args: object): Promise<unknown>
  RevokeCode(args: object): Promise<unknown>
  ChangeLoginEmail(args: object): Promise<unknown>
  KeepLoginEmail(args: object): Promise<unknown>
  ResendActivation(args: object): Promise<unknown>
  UnlinkWebUser(args: object): Promise<unknown>
  LinkAccount(args: object): Promise<unknown>
  DeactivatePortal(args: object): Promise<unknown>
  ReactivatePortal(args: object): Promise<unknown>
  ChangeProfile(args: object): Promise<unknown>
  WriteNote(args: object): Promise<unknown>
  Why(kind: string, args: object): Promise<unknown>
  Draft(account: string): Promise<unknown>
  SaveDraft(account: string, text: string): Promise<unknown>
  Outbox(): Promise<unknown>
  Attention(): Promise<unknown>
  Recover(): Promise<unknown>
  Discard(commandId: string): Promise<unknown>
  Confirm(commandId: string): Promise<unknown>
  HandOver(commandId: string): Promise<unknown>
  ExportOutbox(): Promise<unknown>
  Repeat(commandId: string): Promise<unknown>
  ExportTable(table: object): Promise<unknown>
  SaveBill(args: object): Promise<unknown>
  SaveGreenButton(args: object): Promise<unknown>
  StartMasquerade(args: object): Promise<unknown>
  EndMasquerade(): Promise<unknown>
  EndSession(args: object): Promise<unknown>
  Masquerade(): Promise<unknown>
  CopyText(text: string): Promise<unknown>
  Reveal(args: object): Promise<unknown>
  FindIdentifier(value: string): Promise<unknown>
  FetchAccount(number: string): Promise<unknown>
  SetPresence(account: string, editing: boolean): Promise<unknown>
  Present(account: string): Promise<unknown>
  CompleteTask(args: object): Promise<unknown>
  RejectTask(args: object): Promise<unknown>
  CancelTask(args: object): Promise<unknown>
  AssignTask(args: object): Promise<unknown>
  CommentTask(args: object): Promise<unknown>
  UndoTask(args: object): Promise<unknown>
  ResendNotification(args: object): Promise<unknown>
  CancelPayment(args: object): Promise<unknown>
  OpenContact(args: object): Promise<unknown>
  UpdateContact(args: object): Promise<unknown>
  CloseContact(args: object): Promise<unknown>
  FrontContact(contactId: string): Promise<unknown>
  OverrideVerification(args: object): Promise<unknown>
  VerifyCaller(args: object): Promise<unknown>
  CallerFacts(args: object): Promise<unknown>
  SetPassphrase(args: object): Promise<unknown>
  RecordAccess(args: object): Promise<unknown>
  PlanCallback(args: object): Promise<unknown>
  EndCallback(args: object): Promise<unknown>
  Pop(): Promise<unknown>
  PopSeen(id: number): Promise<unknown>
  DryRun(args: object): Promise<unknown>
  ChangePolicy(args: object): Promise<unknown>
  Explain(id: string): Promise<unknown>
  ChangeStaff(args: object): Promise<unknown>
  ChangeReason(args: object): Promise<unknown>
  ChangeDevice(args: object): Promise<unknown>
  Devices(): Promise<unknown>
  TryDepth(args: object): Promise<unknown>
  TryLetter(args: object): Promise<unknown>
  SupportBundle(): Promise<unknown>
}

interface Runtime {
  EventsOn(name: string, callback: (payload: unknown) => void): () => void
}

declare global {
  interface Window {
    go?: { app?: { Desk?: unknown } }
    runtime?: unknown
  }
}

function isHost(value: unknown): value is Host {
  return typeof value === 'object' && value !== null && 'Session' in value && 'Status' in value
}

function isRuntime(value: unknown): value is Runtime {
  return typeof value === 'object' && value !== null && 'EventsOn' in value
}

/** The bound desk. Fails when the page was opened outside the desk's window. */
export function host(): Host {
  const desk = window.go?.app?.Desk
  if (!isHost(desk)) throw new Error('{"code":"desk_missing"}')
  return desk
}

/** Listens to an event of the host; the result stops listening. */
export function onHostEvent(name: string, callback: (payload: unknown) => void): () => void {
  return isRuntime(window.runtime) ? window.runtime.EventsOn(name, callback) : () => undefined
}
