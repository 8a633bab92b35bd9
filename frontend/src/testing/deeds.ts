import type { Host } from '../api/host'
import type { ActionName } from '../frame/actions'
import type { Front } from '../frame/offers'
import { contactOf, jane, rob } from './town'

/** One step at the window: what is pressed, chosen or typed, found by its role and name. */
export type Step = readonly [
  role: 'button' | 'link' | 'combobox' | 'textbox' | 'checkbox' | 'radio' | 'password',
  name: string | RegExp,
  value?: string,
]

/** Something that is done for one customer, from where it begins to what the host is asked. */
export interface Deed {
  /** The method of the host, and the file that calls it. */
  sends: keyof Host
  from: string
  /** Where it is written whom it is about: the dialog, the bar above the account, the contact's panel, the row, or the page. */
  shown: 'dialog' | 'bar' | 'contact' | 'row' | 'page'
  place?: string
  /** Another service knows the facts of web users. */
  elsewhere?: true
  /** How Jane's web user stands. */
  user?: object
  contacts?: object[]
  /** Whom it is about, where that is not Jane. */
  about?: Front
  online?: false
  /** What is written first, where there is nothing to do without it. */
  fills?: readonly Step[]
  /** Its name among the actions: it is then begun by the palette, too. */
  action?: ActionName
  begin?: readonly Step[]
  then?: readonly Step[]
  /** What the host is given, where that names no account itself. */
  given?: string
}

const at = (tab: string) => `/account/${jane.account}?tab=${tab}`
const more: Step = ['button', 'More actions for jane.doe']
const ofUser = (words: string): readonly Step[] => [more, ['button', `${words} jane.doe`]]
const own = [contactOf(jane, true)]
const another = [contactOf(rob, true)]
const begun: Step = ['button', 'Promise a callback']
const misuse: Step = ['combobox', /^Reason/, 'misuse']

const recovery: Pick<Deed, 'shown' | 'action' | 'begin'> = {
  shown: 'dialog',
  action: 'recovery',
  begin: [['button', 'Account recovery']],
}
const live = { recoveries: [{ recovery_id: 'R1', kind: 'code', live: true }] }
const revoke: Step = ['button', /Revoke recovery code/]

/** What is done in a contact: about the account that is seen, and about another one than that. */
const inContact = (deed: Omit<Deed, 'contacts' | 'about'>): Deed[] => [
  { ...deed, contacts: own, shown: deed.shown === 'contact' ? 'bar' : deed.shown },
  { ...deed, contacts: another, about: rob },
]

const onTask = (sends: keyof Host, action: ActionName, words: string, then: readonly Step[]): Deed => ({
  sends,
  from: 'tasks/TaskDialog.tsx',
  shown: 'dialog',
  place: '/tasks/T1',
  action,
  begin: [['button', words]],
  then,
})

const ofCommand = (
  sends: keyof Host,
  action: ActionName,
  from: string,
  words: string,
  then: readonly Step[] = [],
): Deed => ({
  sends,
  from,
  shown: then.length > 0 ? 'dialog' : 'row',
  place: '/attention',
  action,
  given: 'c1',
  begin: then.length > 0 ? [['button', words]] : [],
  then: then.length > 0 ? then : [['button', words]],
})

/** Everything that the window does for a customer. */
export const deeds: Deed[] = [
  {
    sends: 'LockWebUser',
    from: 'account/LockDialog.tsx',
    shown: 'dialog',
    action: 'lock',
    begin: [['button', 'Lock']],
    then: [misuse, ['button', 'Yes, lock']],
  },
  {
    sends: 'UnlockWebUser',
    from: 'account/UnlockDialog.tsx',
    shown: 'dialog',
    user: { locks: [{ lock: 'csr' }] },
    action: 'unlock',
    begin: [['button', 'Unlock']],
    then: [
      ['combobox', /^Reason/, 'opting_in'],
      ['button', 'Yes, unlock'],
    ],
  },
  {
    sends: 'UnlockProfile',
    from: 'webusers/UnlockElsewhere.tsx',
    shown: 'dialog',
    elsewhere: true,
    action: 'profile',
    begin: [['button', 'Portal profiles']],
    then: [
      ['button', 'Unlock jane.doe'],
      ['button', 'Yes, unlock'],
    ],
  },
  {
    sends: 'StartMasquerade',
    from: 'masquerade/MasqueradeDialog.tsx',
    shown: 'dialog',
    action: 'masquerade',
    begin: [['button', 'Masquerade']],
    then: [
      ['textbox', /Reason for opening/, 'cannot find the bill'],
      ['checkbox', /./],
      ['button', 'Start masquerade'],
    ],
  },
  {
    ...recovery,
    sends: 'SendResetLink',
    from: 'webusers/LinkStep.tsx',
    then: [
      ['radio', 'Yes'],
      ['radio', 'Yes', 'the second'],
      ['button', 'Send password reset link'],
    ],
  },
  {
    ...recovery,
    sends: 'GenerateCode',
    from: 'webusers/CodeStep.tsx',
    then: [
      ['radio', 'No'],
      ['button', 'Generate recovery code'],
    ],
  },
  {
    ...recovery,
    sends: 'RevokeCode',
    from: 'webusers/EndRecovery.tsx',
    user: live,
    then: [['radio', 'No'], revoke],
  },
  {
    sends: 'RevokeCode',
    from: 'webusers/EndRecovery.tsx',
    shown: 'bar',
    place: at('webusers'),
    user: live,
    action: 'revokeCode',
    begin: [revoke],
  },
  {
    sends: 'ResendActivation',
    from: 'webusers/ActivationDialog.tsx',
    shown: 'dialog',
    place: at('webusers'),
    user: { enrolment: 'pending' },
    action: 'activation',
    begin: ofUser('Resend activation'),
    then: [['button', 'Send it']],
  },
  {
    sends: 'ChangeLoginEmail',
    from: 'webusers/EmailDialog.tsx',
    shown: 'dialog',
    place: at('webusers'),
    action: 'email',
    begin: ofUser('Change the address for letters'),
    then: [
      ['textbox', /^New address/, 'new@example.org'],
      ['button', 'Send the link'],
    ],
  },
  {
    sends: 'KeepLoginEmail',
    from: 'webusers/EndRecovery.tsx',
    shown: 'bar',
    place: at('webusers'),
    user: { recoveries: [{ recovery_id: 'R2', kind: 'email', live: true }] },
    action: 'keepEmail',
    begin: [['button', /Cancel the change of address/]],
  },
  {
    sends: 'LinkAccount',
    from: 'webusers/LinkDialog.tsx',
    shown: 'dialog',
    place: at('webusers'),
    action: 'link',
    begin: ofUser('Add an account'),
    then: [
      ['textbox', /Account to add/, '030000052'],
      ['button', 'Add the account'],
    ],
  },
  {
    sends: 'UnlinkWebUser',
    from: 'webusers/UnlinkDialog.tsx',
    shown: 'dialog',
    place: at('webusers'),
    action: 'unlink',
    begin: ofUser('Unlink from this account'),
    then: [['button', /Ask a supervisor|Yes, unlink/]],
  },
  {
    sends: 'DeactivatePortal',
    from: 'webusers/DeactivateDialog.tsx',
    shown: 'dialog',
    place: at('webusers'),
    action: 'deactivate',
    begin: ofUser('Deactivate portal account'),
    then: [
      ['combobox', /^Reason/, 'moving_out'],
      ['button', 'Yes, deactivate'],
    ],
  },
  {
    sends: 'ReactivatePortal',
    from: 'webusers/ReactivateDialog.tsx',
    shown: 'dialog',
    place: at('webusers'),
    user: { deactivated: true },
    action: 'reactivate',
    begin: ofUser('Reactivate portal account'),
    then: [['button', 'Yes, reactivate']],
  },
  {
    sends: 'LockWebUser',
    from: 'account/LockDialog.tsx',
    shown: 'dialog',
    action: 'profile',
    begin: [['button', 'Portal profiles']],
    then: [['button', 'Lock jane.doe'], misuse, ['button', 'Yes, lock']],
  },
  {
    sends: 'ChangePreferences',
    from: 'account/PreferencesForm.tsx',
    shown: 'bar',
    place: at('customer'),
    action: 'savePreferences',
    fills: [['textbox', 'Nickname', 'Camp']],
    begin: [['button', 'Save settings']],
  },
  {
    sends: 'ChangeProfile',
    from: 'webusers/ProfileForm.tsx',
    shown: 'bar',
    place: at('customer'),
    action: 'saveProfile',
    fills: [['textbox', 'Phone', '802 555 0114']],
    begin: [['button', 'Save contact details']],
  },
  {
    sends: 'ChangeProfile',
    from: 'webusers/BillingForm.tsx',
    shown: 'bar',
    place: at('customer'),
    action: 'saveBilling',
    fills: [['textbox', 'Billing address', 'PO Box 1']],
    begin: [['button', 'Save billing address']],
  },
  ...['Reveal SSN', 'Reveal Birth date'].map((words): Deed => ({
    sends: 'Reveal',
    from: 'account/Masked.tsx',
    shown: 'bar',
    action: 'reveal',
    begin: [['button', words]],
  })),
  {
    sends: 'CopyText',
    from: 'account/useAccountActions.ts',
    shown: 'bar',
    action: 'copyAccount',
    begin: [['button', /^Account number |^Account 0/]],
  },
  {
    sends: 'RecordAccess',
    from: 'contact/access.ts',
    shown: 'bar',
  },
  {
    sends: 'ResendNotification',
    from: 'account/ResendDialog.tsx',
    shown: 'dialog',
    place: at('notifications'),
    action: 'resend',
    begin: [['button', /^Send again/]],
    then: [['button', 'Yes, send again']],
  },
  {
    sends: 'OpenContact',
    from: 'contact/StartContact.tsx',
    shown: 'bar',
    action: 'startContact',
    begin: [['button', /^Start contact/]],
  },
  ...inContact({
    sends: 'WriteNote',
    from: 'account/NoteEditor.tsx',
    shown: 'contact',
    action: 'note',
    then: [
      ['textbox', 'Note', 'moves out'],
      ['button', 'Save note'],
    ],
  }),
  ...inContact({
    sends: 'WriteNote',
    from: 'account/NoteEditor.tsx',
    shown: 'contact',
    action: 'saveNote',
    fills: [['textbox', 'Note', 'moves out']],
    begin: [['button', 'Save note']],
  }),
  ...inContact({
    sends: 'UpdateContact',
    from: 'contact/InContact.tsx',
    shown: 'contact',
    then: [['combobox', 'Channel', 'chat']],
  }),
  ...inContact({
    sends: 'CloseContact',
    from: 'contact/WrapUpDialog.tsx',
    shown: 'dialog',
    action: 'wrapUp',
    begin: [['button', /^Wrap up/]],
    then: [['button', 'Wrap up']],
  }),
  ...inContact({
    sends: 'CallerFacts',
    from: 'contact/AnswerForm.tsx',
    shown: 'dialog',
    action: 'verify',
    begin: [['button', /^Verify the caller/]],
  }),
  ...inContact({
    sends: 'VerifyCaller',
    from: 'contact/AnswerForm.tsx',
    shown: 'dialog',
    action: 'verify',
    begin: [['button', /^Verify the caller/]],
    then: [
      ['textbox', 'What the caller says', '1970'],
      ['button', 'Compare'],
    ],
  }),
  {
    sends: 'SetPassphrase',
    from: 'contact/PassphraseForm.tsx',
    shown: 'dialog',
    contacts: [{ ...contactOf(jane, true), verified_level: 2 }],
    action: 'verify',
    begin: [['button', /^Verify the caller/]],
    then: [
      ['button', /^Agree on a passphrase/],
      ['password', /^New passphrase/, 'blue heron'],
      ['button', 'Keep it'],
    ],
  },
  ...inContact({
    sends: 'OverrideVerification',
    from: 'contact/OverrideForm.tsx',
    shown: 'dialog',
    online: false,
    action: 'verify',
    begin: [['button', /^Verify the caller/]],
    then: [
      ['textbox', 'How you know who is calling', 'the voice'],
      ['button', 'Take as verified'],
    ],
  }),
  ...inContact({
    sends: 'PlanCallback',
    from: 'contact/CallbackDialog.tsx',
    shown: 'dialog',
    action: 'callback',
    begin: [begun],
    then: [
      ['textbox', 'What was promised', 'the deposit'],
      ['button', 'Promise'],
    ],
  }),
  {
    sends: 'EndCallback',
    from: 'contact/Callbacks.tsx',
    shown: 'row',
    action: 'endCallback',
    then: [['button', /^Called/]],
  },
  onTask('CompleteTask', 'task.complete', 'Complete', [['button', 'Yes, complete']]),
  onTask('RejectTask', 'task.reject', 'Reject', [
    ['textbox', /Why/, 'too long'],
    ['button', 'Yes, reject'],
  ]),
  onTask('CancelTask', 'task.cancel', 'Cancel task', [
    ['textbox', /Why/, 'asked for it'],
    ['button', 'Yes, cancel it'],
  ]),
  onTask('AssignTask', 'task.assign', 'Assign', [['button', 'Assign']]),
  onTask('UndoTask', 'task.undo', 'Undo', [['button', 'Undo']]),
  {
    sends: 'CommentTask',
    from: 'tasks/TaskComments.tsx',
    shown: 'page',
    place: '/tasks/T1',
    action: 'task.comment',
    fills: [['textbox', 'New comment', 'called back']],
    begin: [['button', 'Add comment']],
  },
  {
    sends: 'SaveDraft',
    from: 'masquerade/ReceiptPage.tsx',
    shown: 'page',
    place: '/masquerades/S1',
    action: 'addToNote',
    begin: [['button', 'Add to the note']],
  },
  {
    sends: 'EndSession',
    from: 'masquerade/EndDialog.tsx',
    shown: 'dialog',
    place: '/masquerades',
    action: 'endSession',
    begin: [['button', new RegExp(`account ${jane.account}`)]],
    then: [
      ['textbox', /Why/, 'asked for it'],
      ['button', 'End it now'],
    ],
  },
  {
    sends: 'CancelPayment',
    from: 'payments/CancelPaymentDialog.tsx',
    shown: 'dialog',
    place: '/payments',
    action: 'cancelPayment',
    begin: [['button', new RegExp(`account ${jane.account}`)]],
    then: [['button', 'Yes, cancel the payment']],
  },
  {
    sends: 'FetchAccount',
    from: 'find/Everywhere.tsx',
    shown: 'row',
    place: '/find?q=jane',
    begin: [['button', 'Search all districts']],
    then: [['link', new RegExp(jane.account)]],
  },
  ofCommand('Repeat', 'repeat', 'attention/CommandItem.tsx', 'Repeat'),
  ofCommand('HandOver', 'handOver', 'attention/CommandItem.tsx', 'Hand to a supervisor'),
  ofCommand('Discard', 'discard', 'attention/DiscardDialog.tsx', 'Discard', [['button', 'Yes, discard']]),
  { ...ofCommand('Confirm', 'confirm', 'attention/CommandItem.tsx', 'Confirm and send'), given: 'c2' },
]

/** What the window asks of the host for no customer, and so names none. */
export const aboutNobody: readonly (keyof Host)[] = [
  ...(['Session', 'SignIn', 'SignOut', 'Status', 'Districts', 'Policy', 'Recover'] as const),
  ...(['Outbox', 'Attention', 'ExportOutbox', 'Masquerade', 'EndMasquerade', 'Pop', 'PopSeen'] as const),
  ...([
    'DryRun',
    'ChangePolicy',
    'TryDepth',
    'TryLetter',
    'Explain',
    'ChangeStaff',
    'ChangeReason',
    'ChangeDevice',
  ] as const),
  ...(['Lock', 'Keep', 'Unlock', 'Used'] as const),
  ...(['Devices', 'SupportBundle', 'FindIdentifier'] as const),
]

/** What only reads or keeps something on this computer, under the account that is named in the call. */
export const changesNothing: readonly (keyof Host)[] = [
  ...([
    'Why',
    'Draft',
    'SaveDraft',
    'ExportTable',
    'SaveBill',
    'SaveGreenButton',
    'SetPresence',
    'Present',
    'FrontContact',
    'Profile',
  ] as const),
]

/** What no action of the palette does, and why none is needed. */
export const withoutAction: Partial<Record<keyof Host, string>> = {
  UpdateContact: 'what is chosen in the two lists of the contact is kept at once',
  RecordAccess: 'the window says by itself whose account was opened',
  FetchAccount: 'a customer that was found opens by Enter on the row',
}

/** Files that call the host, and for no customer; nothing of the administration is about one. */
export const filesAboutNobody: readonly string[] = [
  ...[
    'ui/CsvButton.tsx',
    'ui/SaveButton.tsx',
    'frame/StatusStrip.tsx',
    'frame/SignOut.tsx',
    'attention/ExportButton.tsx',
  ],
  ...[
    'usage/Intervals.tsx',
    'account/OlderLog.tsx',
    'account/OlderBilling.tsx',
    'signin/SignIn.tsx',
    'lock/LockScreen.tsx',
  ],
  ...['diagnostics/DiagnosticsPage.tsx', 'masquerade/MasqueradeStrip.tsx', 'api/queries.ts'],
]
