/**
 * The places of the window: each line is an entry of the rail, a route, an action of the palette, and the help of its page;
 * the proof in the browser (frontend/e2e/window) visits every entry of the rail. A new place is a line here, its two texts,
 * and its page, loaded when it is first opened.
 */
import {
  IconCreditCard,
  IconHome,
  IconInbox,
  IconListCheck,
  IconSearch,
  IconSettings,
  IconStethoscope,
  IconUserShare,
  type Icon,
} from '@tabler/icons-react'
import { lazy, type ComponentType } from 'react'
import type { Session, Status } from '../api/session'
import { Find } from '../find/Find'
import type { Key } from '../i18n/words'
import type { Chord } from './keys'

type Role = NonNullable<Session['user']>['role']

interface Place {
  name: string
  path: string
  /** Where the rail leads, if not to the plain path. */
  to?: string
  words: Key
  /** What F1 says there: its sentences, one a line. */
  help: Key
  Icon: Icon
  Page: ComponentType
  /** Who sees it; everybody where there are none. The portal decides again what it sends. */
  roles?: readonly Role[]
  /** What the entry counts. */
  count?: (status: Status) => number
  keys?: readonly Chord[]
  mac?: readonly Chord[]
  letter?: Chord
}

const listed = [
  {
    name: 'find',
    path: '/find',
    words: 'rail.find',
    help: 'help.find',
    Icon: IconSearch,
    Page: Find,
    keys: ['F2', 'Mod+f'],
    mac: ['Mod+f'],
    letter: 'f',
  },
  {
    name: 'home',
    path: '/home',
    words: 'frame.home',
    help: 'help.home',
    Icon: IconHome,
    Page: lazy(() => import('../home/HomePage')),
    letter: 'h',
  },
  {
    name: 'tasks',
    path: '/tasks',
    words: 'tasks.title',
    help: 'help.tasks',
    Icon: IconListCheck,
    Page: lazy(() => import('../tasks/TasksPage')),
  },
  {
    name: 'masquerades',
    path: '/masquerades',
    words: 'masquerades.title',
    help: 'masquerades.help',
    Icon: IconUserShare,
    Page: lazy(() => import('../masquerade/MasqueradesPage')),
  },
  {
    name: 'payments',
    path: '/payments',
    words: 'payments.title',
    help: 'payments.help',
    Icon: IconCreditCard,
    Page: lazy(() => import('../payments/PaymentsPage')),
  },
  {
    name: 'attention',
    path: '/attention',
    words: 'rail.attention',
    help: 'help.attention',
    Icon: IconInbox,
    Page: lazy(() => import('../attention/AttentionPage')),
    count: ({ attention }) => attention,
  },
  {
    name: 'admin',
    path: '/admin',
    words: 'admin.title',
    help: 'admin.help',
    Icon: IconSettings,
    Page: lazy(() => import('../admin/AdminPage')),
    roles: ['admin'],
  },
  {
    name: 'diagnostics',
    path: '/diagnostics',
    words: 'diagnosis.title',
    help: 'diagnosis.help',
    Icon: IconStethoscope,
    Page: lazy(() => import('../diagnostics/DiagnosticsPage')),
  },
] as const satisfies readonly Place[]

export type PlaceName = (typeof listed)[number]['name']
export const places: readonly (Place & { name: PlaceName })[] = listed

/** Whether a role may go to a place. */
export function mayGo({ roles }: Pick<Place, 'roles'>, role: Role | undefined): boolean {
  return !roles || (role !== undefined && roles.includes(role))
}
