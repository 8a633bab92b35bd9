import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { defaultProfile } from '../api/account'
import { useAccount, usePolicy } from '../api/queries'
import frame from '../frame/Frame.module.css'
import { useKeys } from '../frame/keys'
import { useLastSearch } from '../frame/lastSearch'
import { usePlace } from '../frame/place'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import css from './Account.module.css'
import { ActivityLog } from './ActivityLog'
import { Billing } from './Billing'
import { ContactPanel } from './ContactPanel'
import { Customer } from './Customer'
import { Dialogs, type OpenDialog } from './Dialogs'
import { useGate } from './gate'
import { IdentityBar } from './IdentityBar'
import { Notifications } from './Notifications'
import { Overview } from './Overview'
import { isField, useTellPresence } from './presence'
import { AccountTasks } from './AccountTasks'
import { WebUsers } from './WebUsers'

const tabs = ['overview', 'customer', 'billing', 'webusers', 'tasks', 'activity', 'notifications'] as const

/** The console of one account: who it is, what stands there, and the note of this contact beside it. */
export default function Account({ number }: { number: string }) {
  const { t, language } = useWords()
  const { filters, set } = usePlace()
  const [, navigate] = useLocation()
  const [lastSearch] = useLastSearch()
  const [dialog, setDialog] = useState<OpenDialog>()
  const { data: view, error } = useAccount(number)
  const policy = usePolicy(language).data
  const gate = useGate()
  useTellPresence(number, dialog !== undefined)
  const tab = tabs.find((name) => name === filters.get('tab')) ?? 'overview'
  const go = (name: string | null) =>
    set({ tab: name === null || name === 'overview' ? '' : name, kind: '', page: '', offset: '' })
  // The keys of the two buttons for the default profile: where there is no button, its key does nothing either.
  const user = view && defaultProfile(view)
  const open = (kind: 'masquerade' | 'lock') => {
    if (!user) return
    const args = { web_user_id: user.web_user_id, account: number }
    gate(kind === 'lock' ? 'web_user.lock' : 'masquerade.start', args, () =>
      setDialog({ kind, user: user.web_user_id }),
    )
  }
  useKeys({
    ...Object.fromEntries(tabs.map((name, at) => [`Ctrl+${at + 1}`, () => go(name)])),
    F9: () => go('webusers'),
    F11: () => {
      if (policy && policy.masquerade.mode !== 'off') open('masquerade')
    },
    'Ctrl+l': () => {
      if (!user?.locks.some(({ lock }) => lock === 'csr')) open('lock')
    },
    Escape: () => {
      if (!isField(document.activeElement)) navigate(lastSearch)
    },
  })

  if (error) {
    return (
      <div className={frame.page}>
        <Trouble error={error} />
      </div>
    )
  }
  if (!view) return null
  return (
    <div className={css.console}>
      <IdentityBar view={view} onDialog={setDialog} />
      <Tabs value={tab} onChange={go} keepMounted={false} className={css.tabs}>
        <Tabs.List aria-label={t('account.tabs')} className={css.list}>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={css.panel}>
          {tab === 'overview' && <Overview view={view} onTab={go} />}
          {tab === 'customer' && <Customer view={view} />}
          {tab === 'billing' && <Billing view={view} />}
          {tab === 'webusers' && <WebUsers view={view} onDialog={setDialog} />}
          {tab === 'tasks' && <AccountTasks number={number} />}
          {tab === 'activity' && <ActivityLog number={number} />}
          {tab === 'notifications' && <Notifications view={view} />}
        </Tabs.Panel>
      </Tabs>
      <ContactPanel view={view} />
      {dialog && <Dialogs view={view} open={dialog} onClose={() => setDialog(undefined)} />}
    </div>
  )
}
