/**
 * Every action of the window, once: its words and its keys. The palette, the list of keys and the keyboard all read it here.
 *
 * To add one, two lines:
 *   1. here, among `listed`: { name: 'bill.explain', group: 'account', words: 'bill.explain', keys: ['F10'] }
 *      (`words` is a key of any of the texts; `mac` names other keys on macOS; `letter` a single key that people may turn on);
 *   2. where it can be done: <Gated action="bill.explain" ...> on its button, which offers what the button does, or
 *      useActions({ 'bill.explain': { run: () => setDialog('explain'), gate: { kind, args } } }) where it has none.
 *      Where a page has several to do it to, `of` says which one this is.
 * A page comes with its line in places.tsx, a tab of the account with its line in account/tabs.ts: nothing is to be done here.
 */
import { tabs, type Tab } from '../account/tabs'
import type { Key } from '../i18n/words'
import type { Chord } from './keys'
import { places, type PlaceName } from './places'

export const groups = ['places', 'account', 'tabs', 'page', 'window'] as const
export type Group = (typeof groups)[number]

export interface Listed {
  name: string
  /** What is done with the account in front, and its tabs, cannot be done without one; "page" is what only some pages have. */
  group: Group
  words: Key
  keys?: readonly Chord[]
  /** The keys on macOS, where they are others: its function keys belong to the system. */
  mac?: readonly Chord[]
  /** Works by itself, outside fields, for whoever turned single letters on. */
  letter?: Chord
}

const listed = [
  {
    name: 'masquerade',
    group: 'account',
    words: 'action.masquerade',
    keys: ['F11'],
    mac: ['Mod+Shift+m'],
    letter: 'm',
  },
  { name: 'lock', group: 'account', words: 'frame.lock', keys: ['Mod+Shift+l'], letter: 'l' },
  { name: 'unlock', group: 'account', words: 'frame.unlock' },
  { name: 'note', group: 'account', words: 'frame.note', keys: ['F7'], mac: ['Mod+Shift+n'], letter: 'n' },
  {
    name: 'webusers',
    group: 'account',
    words: 'frame.webusers',
    keys: ['F9'],
    mac: ['Mod+Shift+u'],
    letter: 'u',
  },
  {
    name: 'verify',
    group: 'account',
    words: 'verify.action',
    keys: ['F4'],
    mac: ['Mod+Shift+v'],
    letter: 'v',
  },
  {
    name: 'wrapUp',
    group: 'account',
    words: 'wrapup.action',
    keys: ['F8'],
    mac: ['Mod+Shift+e'],
    letter: 'w',
  },
  { name: 'profile', group: 'account', words: 'webUsers.profiles' },
  { name: 'recovery', group: 'account', words: 'recovery.title' },
  { name: 'activation', group: 'account', words: 'webUsers.activation' },
  { name: 'link', group: 'account', words: 'webUsers.link' },
  { name: 'email', group: 'account', words: 'webUsers.email' },
  { name: 'unlink', group: 'account', words: 'webUsers.unlink' },
  { name: 'deactivate', group: 'account', words: 'webUsers.deactivate' },
  { name: 'reactivate', group: 'account', words: 'webUsers.reactivate' },
  { name: 'startContact', group: 'account', words: 'contact.start' },
  { name: 'callback', group: 'account', words: 'callback.plan' },
  { name: 'reveal', group: 'account', words: 'frame.reveal' },
  { name: 'resend', group: 'account', words: 'frame.resend' },
  { name: 'explain', group: 'account', words: 'explain.action' },
  { name: 'billPdf', group: 'account', words: 'document.billPdf' },
  { name: 'greenButton', group: 'account', words: 'document.greenButton' },
  { name: 'saveNote', group: 'account', words: 'note.save' },
  { name: 'savePreferences', group: 'account', words: 'preference.save' },
  { name: 'saveProfile', group: 'account', words: 'profile.save' },
  { name: 'saveBilling', group: 'account', words: 'profile.saveBilling' },
  { name: 'revokeCode', group: 'account', words: 'recovery.revoke' },
  { name: 'keepEmail', group: 'account', words: 'webUsers.emailKeep' },
  { name: 'intervals', group: 'account', words: 'interval.load' },
  { name: 'olderBills', group: 'account', words: 'older.bills' },
  { name: 'olderLog', group: 'account', words: 'older.load' },
  { name: 'copyAccount', group: 'account', words: 'frame.copyAccount' },
  { name: 'back', group: 'account', words: 'frame.back', keys: ['Escape'] },
  { name: 'task.complete', group: 'page', words: 'frame.completeTask' },
  { name: 'task.reject', group: 'page', words: 'frame.rejectTask' },
  { name: 'task.cancel', group: 'page', words: 'taskDo.cancel' },
  { name: 'task.assign', group: 'page', words: 'frame.assignTask' },
  { name: 'task.undo', group: 'page', words: 'frame.undoTask' },
  { name: 'task.comment', group: 'page', words: 'frame.commentTask' },
  { name: 'cancelPayment', group: 'page', words: 'payments.cancel' },
  { name: 'endSession', group: 'page', words: 'frame.endSession' },
  { name: 'endCallback', group: 'page', words: 'frame.endCallback' },
  { name: 'repeat', group: 'page', words: 'attention.repeat' },
  { name: 'handOver', group: 'page', words: 'attention.handOver' },
  { name: 'discard', group: 'page', words: 'attention.discard' },
  { name: 'confirm', group: 'page', words: 'attention.confirm' },
  { name: 'exportOutbox', group: 'page', words: 'attention.export' },
  { name: 'addToNote', group: 'page', words: 'receipt.addNote' },
  { name: 'searchAll', group: 'page', words: 'everywhere.action' },
  { name: 'findIdentifier', group: 'page', words: 'everywhere.identifier' },
  { name: 'more', group: 'page', words: 'find.more' },
  { name: 'export', group: 'page', words: 'frame.export' },
  { name: 'nextPage', group: 'page', words: 'frame.nextPage' },
  { name: 'previousPage', group: 'page', words: 'frame.previousPage' },
  { name: 'viewAll', group: 'page', words: 'log.all' },
  { name: 'viewPages', group: 'page', words: 'log.paged' },
  { name: 'endMasquerade', group: 'window', words: 'masquerade.end' },
  { name: 'palette', group: 'window', words: 'frame.palette', keys: ['Mod+k'] },
  { name: 'help', group: 'window', words: 'frame.help', keys: ['F1'], mac: ['Mod+Shift+h'] },
  { name: 'keys', group: 'window', words: 'frame.keys', keys: ['Mod+/'] },
  { name: 'english', group: 'window', words: 'frame.english' },
  { name: 'spanish', group: 'window', words: 'frame.spanish' },
  { name: 'light', group: 'window', words: 'frame.light' },
  { name: 'dark', group: 'window', words: 'frame.dark' },
  { name: 'auto', group: 'window', words: 'frame.auto' },
  { name: 'letters', group: 'window', words: 'frame.letters' },
  { name: 'lockDesk', group: 'window', words: 'desklock.action', keys: ['Mod+l'] },
  { name: 'signOut', group: 'window', words: 'rail.signout' },
] as const satisfies readonly Listed[]

export type ActionName = (typeof listed)[number]['name'] | `go.${PlaceName}` | `tab.${Tab}`
export type Action = Listed & { name: ActionName }

/** All of them, in the order in which they are shown. */
export const actions: readonly Action[] = [
  ...places.map(({ name, words, ...more }) => ({
    name: `go.${name}` as const,
    group: 'places' as const,
    words,
    ...keysOf(more),
  })),
  ...listed,
  ...tabs.map((tab, at) => ({
    name: `tab.${tab}` as const,
    group: 'tabs' as const,
    words: `tab.${tab}` as const,
    keys: at < 8 ? [`Mod+${at + 1}`] : [],
  })),
]

function keysOf({ keys, mac, letter }: Pick<Listed, 'keys' | 'mac' | 'letter'>) {
  return { keys, mac, letter }
}

/** The keys of an action on this system. */
export function keysFor({ keys, mac, letter }: Listed, onMac: boolean, letters: boolean): readonly Chord[] {
  const named = (onMac ? mac : undefined) ?? keys ?? []
  return letters && letter ? [...named, letter] : named
}
