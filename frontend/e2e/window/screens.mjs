// What the proof in the browser looks at. The places of the rail and the tabs of an account are found by themselves, as are
// their names; a state of one of them, a dialog for instance, is a line here:
//   name     of the picture in docs/screens
//   at       the route
//   desk     which invented desk answers: the words of src/dev/fake.ts, such as { phase: 'offline' }
//   open     how the state comes about on the page; words is what the state is waited for by
//   picture  false where there is to be none

import { asking, dialog, doing, opening, press, pressed, pressing, reviewing } from './opening.mjs'

const account = '/account/030000013'

export const screens = [
  { name: 'sign-in', at: '/', desk: { signedout: '' } },
  { name: 'desk-locked', at: '/', desk: { locked: '' } },
  { name: 'results', at: '/find?q=main', picture: true },
  { name: 'nothing-found', at: '/find?q=nobody', picture: false },
  { name: 'hidden-by-status', at: '/find?q=walter&status=enrolled', picture: false },
  { name: 'no-such-page', at: '/nowhere', picture: false },
  { name: 'copying', at: '/find', desk: { first: '', phase: 'syncing' }, picture: false },
  { name: 'palette', at: account, open: opening('Control+k') },
  { name: 'help', at: account, open: opening('F1') },
  { name: 'keys', at: account, open: opening('Control+/') },
  { name: 'lock', at: account, open: opening('Control+Shift+l') },
  { name: 'typed-before', at: account, open: async (page, word) => {
    await opening('Control+Shift+l')(page)
    await page.getByRole('textbox', { name: word('reason.words') }).fill('Asked for it at the counter')
    await press('Escape')(page)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await opening('Control+Shift+l')(page)
    await page.getByRole('button', { name: word('typed.anew') }).waitFor()
  } },
  { name: 'masquerade', at: account, open: opening('F11') },
  { name: 'masquerading', at: account, desk: { masquerade: '' }, picture: false },
  { name: 'masquerade-lost', at: account, desk: { masquerade: 'lost' } },
  { name: 'masquerade-over', at: account, desk: { masquerade: 'over' } },
  { name: 'profile-down', at: account, desk: { elsewhere: 'down' }, open: async (page, word) => {
    await pressed('webUsers.profiles')(page, word)
    await page.getByRole('button', { name: word('elsewhere.again') }).waitFor()
  } },
  { name: 'profile-elsewhere', at: account, desk: { elsewhere: 'locked' }, open: async (page, word) => {
    await pressed('webUsers.profiles')(page, word)
    await page.getByRole('button', { name: word('elsewhere.ask') }).waitFor()
  } },
  { name: 'unlock-elsewhere', at: account, desk: { elsewhere: 'locked' }, open: async (page, word) => {
    await pressed('webUsers.profiles')(page, word)
    await page.getByRole('dialog').getByRole('button', { name: word('action.unlock') }).first().click()
    await page.getByRole('dialog', { name: word('unlock.title') }).waitFor()
    await dialog(page)
  } },
  { name: 'task', at: '/tasks/T000000001' },
  { name: 'task-second', at: '/tasks/T000000000' },
  { name: 'approve', at: '/tasks/T000000000', open: async (page, word) => {
    await page.getByRole('button', { name: word('taskDo.approve'), exact: true }).click()
    await dialog(page)
  } },
  { name: 'receipt', at: '/masquerades/S000000001' },
  { name: 'receipt-elsewhere', at: '/masquerades/S000000002' },
  { name: 'contact', at: account, desk: { contact: '' } },
  { name: 'verification', at: account, desk: { contact: '' }, open: opening('F4') },
  { name: 'wrap-up', at: account, desk: { contact: '' }, open: opening('F8') },
  { name: 'verified', at: account, desk: { contact: 'verified' } },
  { name: 'verify-first', at: account, desk: { contact: '', verify: '2' } },
  { name: 'verify-by-hand', at: account, desk: { contact: '' }, open: async (page, word) => {
    await opening('F4')(page)
    await pressing('verify.byHand')(page, word)
  } },
  { name: 'passphrase', at: account, desk: { contact: 'verified' }, open: async (page, word) => {
    await opening('F4')(page)
    await pressing('passphrase.open')(page, word)
  } },
  { name: 'callbacks', at: '/home', desk: { contact: '' }, picture: false },
  { name: 'opened-before', at: '/find', desk: { contact: '' }, picture: false },
  { name: 'recovery', at: account, open: asking('recovery.title') },
  { name: 'reset-link', at: account, open: async (page, word) => {
    await asking('recovery.title')(page, word)
    await page.getByRole('radio', { name: word('yes') }).click()
    await page.getByRole('radio', { name: word('yes') }).nth(1).click()
    await page.getByRole('button', { name: word('recovery.sendLink') }).waitFor()
  } },
  { name: 'recovery-code', at: account, open: async (page, word) => {
    await asking('recovery.title')(page, word)
    await page.getByRole('radio', { name: word('no'), exact: true }).click()
    await page.getByRole('button', { name: word('recovery.generate') }).click()
    await page.getByText('AB2C').first().waitFor()
  } },
  { name: 'email', at: account, open: asking('webUsers.email') },
  { name: 'link', at: account, open: asking('webUsers.link') },
  { name: 'deactivate', at: account, open: asking('webUsers.deactivate') },
  { name: 'unlock', at: account, desk: { user: 'locked' }, open: asking('frame.unlock') },
  { name: 'callback', at: account, desk: { contact: '' }, open: asking('callback.plan') },
  { name: 'complete', at: '/tasks/T000000001', open: asking('frame.completeTask') },
  { name: 'reject', at: '/tasks/T000000001', open: asking('frame.rejectTask') },
  { name: 'cancel-task', at: '/tasks/T000000001', open: asking('taskDo.cancel') },
  { name: 'assign', at: '/tasks/T000000001', open: asking('frame.assignTask') },
  { name: 'undo', at: '/tasks/T000000001', open: asking('frame.undoTask') },
  { name: 'end-masquerade', at: '/masquerades', open: asking('frame.endSession') },
  { name: 'unlink', at: account, open: asking('webUsers.unlink') },
  { name: 'activation', at: account, desk: { user: 'pending' }, open: asking('webUsers.activation') },
  { name: 'reactivate', at: account, desk: { user: 'deactivated' }, open: asking('webUsers.reactivate') },
  { name: 'resend', at: `${account}?tab=notifications`, open: asking('frame.resend') },
  { name: 'cancel-payment', at: '/payments', open: asking('payments.cancel') },
  { name: 'discard', at: '/attention', open: asking('attention.discard') },
  { name: 'explain', at: `${account}?tab=billing`, open: doing('explain.action') },
  { name: 'intervals', at: `${account}?tab=usage&day=2026-10-05`, open: async (page, word) => {
    await doing('interval.load')(page, word)
    await page.getByText(word('interval.figures')).first().click()
  } },
  { name: 'older-log', at: `${account}?tab=activity&page=3`, open: async (page, word) => {
    await doing('older.load')(page, word)
    await page.getByRole('table', { name: word('older.title') }).waitFor()
  } },
  { name: 'whole-log', at: `${account}?tab=activity&all=1`, picture: false },
  { name: 'user-menu', at: `${account}?tab=webusers`, desk: { user: 'recovering' }, open: pressing('webUsers.more') },
  { name: 'policy-review', at: '/admin', open: reviewing((page, word) => page.getByRole('combobox', { name: word('admin.preset') }).selectOption('beacon')) },
  { name: 'letter-review', at: '/admin?tab=texts', open: reviewing((page) => page.getByRole('textbox').last().fill('{{name}}: {{account}}')) },
  { name: 'depth-review', at: '/admin?tab=districts', open: reviewing((page) => page.getByRole('textbox').first().fill('6')) },
  { name: 'staff-add', at: '/admin?tab=staff', open: pressed('admin.staffAdd') },
  { name: 'staff-change', at: '/admin?tab=staff', picture: false, open: pressed('admin.change') },
  { name: 'staff-explained', at: '/admin?tab=staff', open: pressed('admin.explain') },
  { name: 'staff-rights', at: '/admin?tab=staff', open: pressing('admin.rights') },
  { name: 'desk-revoke', at: '/admin?tab=devices', open: pressed('admin.deviceRevoke') },
  { name: 'desk-allow', at: '/admin?tab=devices', picture: false, open: pressed('admin.deviceAllow') },
  { name: 'reason-add', at: '/admin?tab=reasons', open: pressed('admin.reasonAdd') },
  { name: 'reason-change', at: '/admin?tab=reasons', picture: false, open: pressed('admin.change') },
  { name: 'import-report', at: '/admin?tab=imports', open: async (page, word) => {
    await page.getByRole('button', { name: word('admin.importReport') }).nth(1).click()
    await dialog(page)
  } },
  { name: 'person', at: '/person/1', picture: false },
  { name: 'premise', at: '/premise/P1', picture: false },
  { name: 'offline', at: account, desk: { phase: 'offline' } },
  { name: 'sign-out', at: '/find', picture: false, open: async (page, word) => {
    await page.getByRole('button', { name: word('rail.signout') }).click()
    await dialog(page)
  } },
]

/** Shown in dark, too, as pictures. */
export const inDark = ['desk-locked', 'results', 'account-overview']
export { account }
