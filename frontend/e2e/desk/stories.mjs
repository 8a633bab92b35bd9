// What a CSR does for each of the eight reasons why customers call (R25), by keys alone, and what has to come of it. Accounts
// are those of the invented town with seed 1: the nth flat of 2172 Main Street.

const flat = (n) => `${30_000_000 + 13 * n}`.padStart(9, '0')
const letters = (words) => [...words.toLowerCase()].map((letter) => (letter === ' ' ? 'space' : letter))
const user = (account) => account.web_users.find(({ default_profile }) => default_profile)
const logged = (account, kind) => account.activity.some((one) => one.kind === kind && one.actor === 'CSR001')
const again = (account) => logged(account, 'notification.resent')

/** Opens a dialog from the palette, answers it as `fills` does, and says yes. */
async function by(csr, words, action, title, fills = () => undefined, yes = 'Return') {
  await csr.palette(letters(words), action)
  await csr.desk.find('dialog', title)
  await fills()
  await csr.agree(title, yes)
}

/**
 * The stories in the order of the catalogue of reasons. `flats` are the account online and the one offline; `does` is what
 * the CSR does while they speak; `says` is what the desk shows then, and `holds` what the portal has at last, a function of
 * the account as deskctl shows it. `wrapUp` is how the contact ends, by first letters, where it is not resolved.
 */
export const stories = [
  {
    reason: 'cannot_sign_in',
    words: 'Cannot log in',
    flats: [flat(3), flat(2)],
    note: 'Ten wrong passwords; unlocked',
    // The portal's own lock has its reason; that a person locked it is asked why it is over.
    does: (csr, offline) =>
      by(csr, 'unl', /^Unlock the web user/, 'Unlock this web user?', async () => {
        await csr.desk.focused('combobox', /^Reason/)
        if (offline) await csr.keys.press('n')
      }),
    says: ['unlock sent', 'unlock kept on this computer. It is not in effect until the portal can be reached'],
    holds: (account) => user(account).locks.length === 0 && logged(account, 'account.unlocked'),
  },
  {
    reason: 'cannot_reset',
    words: 'Cannot reset the password',
    flats: [flat(13), flat(14)],
    note: 'Link sent, ends in 24 hours',
    does: async (csr) => {
      await csr.palette(letters('reco'), /^Account recovery/)
      await csr.desk.focused('radio', 'Yes')
      await csr.keys.press('space')
      await csr.desk.reads('Can the customer open that mailbox now?')
      await csr.keys.press('Tab', 'space')
      await csr.desk.allowed('button', 'Send password reset link')
      await csr.keys.press('Tab', 'Return')
      await csr.desk.gone('dialog', 'Account recovery')
    },
    says: ['It ends 24 hours after it was sent', 'Kept on this computer for a few minutes'],
    holds: (account) => user(account).recoveries.some(({ kind, given_by }) => kind === 'link' && given_by === 'CSR001'),
  },
  {
    reason: 'deactivate',
    words: 'Wants to delete or deactivate',
    flats: [flat(20), flat(16)],
    note: 'Moves out, no portal any more',
    does: (csr, offline) =>
      by(csr, 'deac', /^Deactivate portal account/, 'Deactivate this portal account?', async () => {
        await csr.desk.focused('combobox', /^Reason/)
        await csr.keys.press('m')
        // What is scheduled goes with the account: the caller is told first.
        if (!offline) await csr.keys.press('shift+Tab', 'space')
      }),
    says: ['portal account deactivated', 'kept as a draft, nothing is done yet'],
    draft: 'Deactivate portal account',
    holds: (account) => user(account).deactivated,
  },
  {
    reason: 'add_account',
    words: 'Wants to add an account',
    flats: [flat(17), flat(18)],
    note: 'Adds the account of the shop',
    does: (csr) =>
      by(csr, 'add', /^Add an account/, 'Add an account to this web user?', async () => {
        await csr.desk.focused('textbox', /^Account to add/)
        await csr.keys.write(flat(9))
        await csr.keys.press('Tab', 'Tab', 'p')
      }),
    says: ['was added', 'kept as a draft, nothing is done yet'],
    draft: 'Add an account to a web user',
    holds: (account) => user(account).accounts.includes(flat(9)),
  },
  {
    reason: 'navigate',
    words: 'Needs help navigating',
    flats: [flat(15), flat(19)],
    note: 'Showed where the bills are',
    wrapUp: { offline: ['c'] },
    does: async (csr, offline) => {
      await csr.keys.press('F11')
      if (offline) {
        await csr.desk.reads('This works only while connected to the portal')
        await by(csr, 'prom', /^Promise a callback/, 'Promise a callback', async () => {
          await csr.desk.focused('textbox', 'What was promised')
          await csr.keys.write('Show where the bills are')
        }, 'ctrl+Return')
        return
      }
      await csr.desk.focused('textbox', /^Reason for opening it/)
      await csr.keys.write('Shows bills')
      await csr.keys.press('Tab', 'space')
      await csr.agree(/^Open the portal as this customer/)
      await csr.customer.appear()
      await csr.customer.closeByKeys(csr.keys)
      await csr.stage.raise('^Meterside')
    },
    says: ['Masquerade ended', 'The callback was noted'],
    holds: (account, offline) => logged(account, offline ? 'callback.planned' : 'masquerade.ended'),
  },
  {
    reason: 'no_email',
    words: 'Got no email',
    flats: [flat(21), flat(24)],
    note: 'It arrived; sent once more',
    does: async (csr) => {
      await csr.keys.press('ctrl+8')
      await csr.desk.allowed('button', /^Send again/)
      await csr.keys.press('Tab', 'Tab') // past the list's CSV
      await csr.desk.focused('button', /^Send again/)
      await csr.keys.press('Return')
      await csr.desk.focused('button', 'Yes, send again')
      await csr.agree('Send this message again?')
    },
    says: ['The message is on its way', 'Kept on this computer for at most 15 minutes'],
    holds: again,
  },
  {
    reason: 'autopay_paperless',
    words: 'AutoPay or Paperless',
    flats: [flat(22), flat(23)],
    note: 'AutoPay from the next bill on',
    does: async (csr) => {
      await csr.keys.press('ctrl+2')
      await csr.desk.find('checkbox', /^AutoPay/)
      await csr.keys.press('Tab')
      await csr.desk.focused('checkbox', /^AutoPay/)
      await csr.keys.press('space')
      await csr.desk.allowed('button', 'Save settings')
      await csr.keys.press('Tab', 'Tab', 'Tab')
      await csr.desk.focused('button', 'Save settings')
      await csr.keys.press('Return')
    },
    says: ['Saved. It takes effect once the portal confirms it', 'Kept on this computer. It is not in effect'],
    holds: ({ account }) => account.autopay,
  },
  {
    reason: 'claim_account',
    words: 'Claims a deactivated account',
    flats: [flat(4), flat(6)],
    note: 'Is the holder; given back',
    // The phone system knows the number alone, and the account is one that the filters hide.
    byPhone: true,
    does: (csr) =>
      by(csr, 'reac', /^Reactivate portal account/, 'Reactivate this portal account?', () =>
        csr.desk.focused('button', 'Yes, reactivate'),
      ),
    says: ['portal account reactivated', 'kept on this computer for at most 15 minutes. It is not in effect'],
    holds: (account) => !user(account).deactivated,
  },
]
