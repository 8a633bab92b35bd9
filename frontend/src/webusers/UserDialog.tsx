import type { ComponentProps } from 'react'
import { serviceAddress, type AccountView, type WebUser } from '../api/account'
import { useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { Subject } from '../ui/Subject'

/** What a dialog about one web user of the account gets. */
export interface ForUser {
  view: AccountView
  user: WebUser
  onClose: () => void
}

type Rest = Omit<ComponentProps<typeof Dialog>, 'subject' | 'no'>

/** Whom it is about: the web user, and the account that the CSR has open. */
export function UserSubject({ view, user }: Pick<ForUser, 'view' | 'user'>) {
  return (
    <Subject
      name={`${user.name} · ${user.username}`}
      account={view.account.account_number}
      address={serviceAddress(view)}
    />
  )
}

/** The shell of every question about a web user. */
export function UserDialog({ view, user, ...rest }: ForUser & Rest) {
  const { t } = useWords()
  return <Dialog subject={<UserSubject view={view} user={user} />} no={t('cancel')} {...rest} />
}

/** What is said after a command: sent, or kept on this computer for the minutes in which it still holds, or kept as a draft. */
export function useOutcome() {
  const { t } = useWords()
  const online = useStatus().data?.online
  return (state: string, username: string, done: string) => {
    if (state === 'draft') return t('webUsers.draft', { username, done })
    return t(online ? 'webUsers.sent' : 'webUsers.kept', { username, done })
  }
}
