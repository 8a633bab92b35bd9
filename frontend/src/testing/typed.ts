import type { Host } from '../api/host'
import type { Deed, Step } from './deed'
import { deeds } from './deeds'

/** A form in which words are typed, and how one comes to the field. */
export interface Typed extends Pick<Deed, 'place' | 'elsewhere' | 'user' | 'contacts' | 'online'> {
  /** The file that has the field. */
  from: string
  dialog: boolean
  begin: readonly Step[]
  field: string | RegExp
  words: string
}

/** The form of a deed; `then` leads on to where the field is. */
function of(
  from: string,
  field: string | RegExp,
  words: string,
  sends?: keyof Host,
  then: Step[] = [],
): Typed {
  const deed = deeds.find((each) => each.from === from && (!sends || each.sends === sends))
  if (!deed) throw new Error(`no deed of ${from}`)
  const { begin = [], shown, ...rest } = deed
  const dialog = shown === 'dialog'
  return { ...rest, from, dialog, begin: dialog ? [...begin, ...then] : then, field, words }
}

const admin = (from: string, tab: string, begin: Step[], field: string, words: string): Typed => ({
  ...{ from, place: `/admin?tab=${tab}`, dialog: begin.length > 0, begin, field, words },
})

const why = /^In words/
const banner = 'Banner of a masquerade, Spanish'

/** Every form of the window in which words are typed: what was typed is there until it is sent or dropped. */
export const typed: readonly Typed[] = [
  of('account/LockDialog.tsx', why, 'asked for it'),
  of('account/UnlockDialog.tsx', why, 'is back'),
  of('webusers/UnlockElsewhere.tsx', why, 'is back', undefined, [['button', 'Unlock jane.doe']]),
  of('webusers/EmailDialog.tsx', /^New address/, 'new@example.org'),
  of('webusers/LinkDialog.tsx', /^Account to add/, '030000052'),
  of('webusers/UnlinkDialog.tsx', why, 'moved out'),
  of('webusers/DeactivateDialog.tsx', why, 'moves out'),
  of('webusers/ReactivateDialog.tsx', why, 'moves in'),
  of('masquerade/MasqueradeDialog.tsx', /^Reason for opening/, 'cannot find the bill'),
  of('masquerade/EndDialog.tsx', /^Why you end it/, 'went home'),
  of('contact/WrapUpDialog.tsx', 'Note', 'moves on Friday'),
  of('contact/OverrideForm.tsx', 'How you know who is calling', 'the voice'),
  of('contact/CallbackDialog.tsx', 'What was promised', 'the deposit'),
  of('tasks/TaskDialog.tsx', /^Why/, 'too long', 'RejectTask'),
  of('tasks/TaskDialog.tsx', 'Staff ID', 'CSR014', 'AssignTask'),
  of('payments/CancelPaymentDialog.tsx', why, 'paid twice'),
  of('account/NoteEditor.tsx', 'Note', 'moves out'),
  of('account/PreferencesForm.tsx', 'Nickname', 'Camp'),
  of('webusers/ProfileForm.tsx', 'Phone', '802 555 0114'),
  of('webusers/BillingForm.tsx', 'Billing address', 'PO Box 1'),
  of('tasks/TaskComments.tsx', 'New comment', 'called back'),
  admin('admin/StaffDialog.tsx', 'staff', [['button', 'Add a member of staff']], 'Name', 'Ann Day'),
  admin('admin/ReasonsPanel.tsx', 'reasons', [['button', 'Add a reason']], 'English', 'Moves house'),
  admin(
    'admin/PolicyReview.tsx',
    'texts',
    [
      ['textbox', banner, '.'],
      ['button', 'See what changes…'],
    ],
    'Why (kept in the history)',
    'asked by Ann',
  ),
  admin('admin/TextsPanel.tsx', 'texts', [], banner, 'Usted es {{username}}.'),
  admin('admin/PolicyEditor.tsx', 'policy', [], 'Time zone', 'America/Chicago'),
  admin('admin/DistrictsPanel.tsx', 'districts', [], 'Months of bills on a desk', '117'),
]

/** Files with a field whose words are kept elsewhere, or by nobody, and why. */
export const typedElsewhere: Record<string, string> = {
  'account/ReasonFields.tsx': 'the dialogs that it stands in keep it',
  'admin/PolicyField.tsx': 'the policy’s editor keeps it',
  'admin/TextField.tsx': 'the panel of the texts keeps it',
  'ui/FilterText.tsx': 'a filter is part of the place',
  'find/SearchBox.tsx': 'a search is part of the place',
  'frame/Palette.tsx': 'what is typed only picks a line',
  'contact/AnswerForm.tsx': 'what a customer answers is a secret',
  'contact/PassphraseForm.tsx': 'a passphrase is a secret',
  'lock/LockScreen.tsx': 'a password is a secret',
  'signin/SignIn.tsx': 'nobody is signed in yet',
}
