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

export const at = (tab: string) => `/account/${jane.account}?tab=${tab}`
export const more: Step = ['button', 'More actions for jane.doe']
export const ofUser = (words: string): readonly Step[] => [more, ['button', `${words} jane.doe`]]
export const own = [contactOf(jane, true)]
export const another = [contactOf(rob, true)]
export const begun: Step = ['button', 'Promise a callback']
export const misuse: Step = ['combobox', /^Reason/, 'misuse']

export const recovery: Pick<Deed, 'shown' | 'action' | 'begin'> = {
  shown: 'dialog',
  action: 'recovery',
  begin: [['button', 'Account recovery']],
}
export const live = { recoveries: [{ recovery_id: 'R1', kind: 'code', live: true }] }
export const revoke: Step = ['button', /Revoke recovery code/]

/** What is done in a contact: about the account that is seen, and about another one than that. */
export const inContact = (deed: Omit<Deed, 'contacts' | 'about'>): Deed[] => [
  { ...deed, contacts: own, shown: deed.shown === 'contact' ? 'bar' : deed.shown },
  { ...deed, contacts: another, about: rob },
]

export const onTask = (
  sends: keyof Host,
  action: ActionName,
  words: string,
  then: readonly Step[],
): Deed => ({
  sends,
  from: 'tasks/TaskDialog.tsx',
  shown: 'dialog',
  place: '/tasks/T1',
  action,
  begin: [['button', words]],
  then,
})

export const ofCommand = (
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
