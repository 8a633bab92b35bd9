/**
 * Every action of the window, once: its words and its keys. The palette, the list of keys and the keyboard all read it here.
 *
 * To add one, two lines:
 *   1. here, among `listed`: { name: 'bill.explain', group: 'account', words: 'bill.explain', keys: ['F10'] }
 *      (`words` is a key of any of the texts; `mac` names other keys on macOS; `letter` a single key that people may turn on);
 *   2. where it can be done: useActions({ 'bill.explain': { run: () => setDialog('explain'), gate: { kind, args } } })
 * A page comes with its line in places.tsx, a tab of the account with its line in account/tabs.ts: nothing is to be done here.
 */
import { tabs, type Tab } from '../account/tabs'
import type { Key } from '../i18n/words'
import type { Chord } from './keys'
import { places, type PlaceName } from './places'

export const groups = ['places', 'account', 'tabs', 'window'] as const
export type Group = (typeof groups)[number]

export interface Listed {
  name: string
  /** What is done with the account in front, and its tabs, cannot be done without one. */
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
  { name: 'copyAccount', group: 'account', words: 'frame.copyAccount' },
  { name: 'back', group: 'account', words: 'frame.back', keys: ['Escape'] },
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
