import { Tabs } from '@mantine/core'
import { useRef, useState } from 'react'
import { useAccount } from '../api/queries'
import { ContactPanel } from '../contact/ContactPanel'
import { useRecordAccess } from '../contact/access'
import { VerifyFirst } from '../contact/VerifyFirst'
import frame from '../frame/Frame.module.css'
import { usePlace } from '../frame/place'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import css from './Account.module.css'
import { ActivityLog } from './ActivityLog'
import { Billing } from './Billing'
import { Customer } from './Customer'
import { Dialogs, type OpenDialog } from './Dialogs'
import { IdentityBar } from './IdentityBar'
import { Notifications } from './Notifications'
import { Overview } from './Overview'
import { useTellPresence } from './presence'
import { tabs } from './tabs'
import { Usage } from '../usage/Usage'
import { useAccountActions } from './useAccountActions'
import { AccountTasks } from './AccountTasks'
import { WebUsers } from './WebUsers'

/** The console of one account: who it is, what stands there, and the note of this contact beside it. */
export default function Account({ number }: { number: string }) {
  const { t } = useWords()
  const { filters, set } = usePlace()
  const [dialog, setDialog] = useState<OpenDialog>()
  const { data: view, error } = useAccount(number)
  useTellPresence(number, dialog !== undefined)
  const tab = tabs.find((name) => name === filters.get('tab')) ?? 'overview'
  const go = (name: string | null) =>
    set({
      tab: name === null || name === 'overview' ? '' : name,
      kind: '',
      page: '',
      offset: '',
      actor: '',
      session: '',
      all: '',
    })
  // Chosen by its key: the next Tab is in it, not at the top of the page.
  const panel = useRef<HTMLDivElement>(null)
  const goInto = (name: string) => {
    go(name)
    panel.current?.focus({ preventScroll: true })
  }
  useRecordAccess(view?.account.account_number)
  useAccountActions({ number, view, tab, onTab: goInto, onDialog: setDialog })

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
      {view.verify_first > 0 ? (
        <VerifyFirst level={view.verify_first} />
      ) : (
        <Tabs value={tab} onChange={go} keepMounted={false} className={css.tabs}>
          <Tabs.List aria-label={t('account.tabs')} className={css.list}>
            {tabs.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {t(`tab.${name}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel ref={panel} tabIndex={-1} value={tab} className={css.panel}>
            {tab === 'overview' && <Overview view={view} onTab={go} />}
            {tab === 'customer' && <Customer view={view} />}
            {tab === 'billing' && <Billing view={view} />}
            {tab === 'usage' && <Usage number={number} />}
            {tab === 'webusers' && <WebUsers view={view} onDialog={setDialog} />}
            {tab === 'tasks' && <AccountTasks number={number} />}
            {tab === 'activity' && <ActivityLog number={number} />}
            {tab === 'notifications' && <Notifications view={view} />}
          </Tabs.Panel>
        </Tabs>
      )}
      <ContactPanel view={view} />
      {dialog && (
        <Dialogs view={view} open={dialog} onDialog={setDialog} onClose={() => setDialog(undefined)} />
      )}
    </div>
  )
}
