import { IconLock, IconLockOpen, IconUserShare } from '@tabler/icons-react'
import { defaultProfile, type AccountView, type WebUser } from '../api/account'
import { usePolicy } from '../api/queries'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import type { OpenDialog } from './Dialogs'

interface ForUser {
  user: WebUser
  account: string
  onDialog: (open: OpenDialog) => void
  /** Names the user in each button, where several users' buttons stand together. */
  named?: boolean
}

/** Masquerade, lock and unlock of one web user. What the utility switched off is not there. */
export function UserActions({ user, account, onDialog, named }: ForUser) {
  const { t, language } = useWords()
  const policy = usePolicy(language).data
  const target = { web_user_id: user.web_user_id, account }
  const label = (action: string) =>
    named ? t('action.named', { action, username: user.username }) : undefined
  const show = (kind: OpenDialog['kind']) => () => onDialog({ kind, user: user.web_user_id })
  const first = user.locks[0]
  return (
    <>
      {policy && policy.masquerade.mode !== 'off' && (
        <Gated
          kind="masquerade.start"
          args={target}
          variant="light"
          color="masquerade"
          leftSection={<IconUserShare size={16} aria-hidden />}
          label={label(t('action.masquerade'))}
          onAct={show('masquerade')}
        >
          {t('action.masquerade')}
        </Gated>
      )}
      {first && (
        <Gated
          kind="web_user.unlock"
          args={{ ...target, lock: first.lock }}
          variant="default"
          leftSection={<IconLockOpen size={16} aria-hidden />}
          label={label(t('action.unlock'))}
          onAct={show('unlock')}
        >
          {t('action.unlock')}
        </Gated>
      )}
      {!user.locks.some(({ lock }) => lock === 'csr') && (
        <Gated
          kind="web_user.lock"
          args={target}
          variant="default"
          leftSection={<IconLock size={16} aria-hidden />}
          label={label(t('action.lock'))}
          onAct={show('lock')}
        >
          {t('action.lock')}
        </Gated>
      )}
    </>
  )
}

/** The same three for the account's default profile. */
export function Actions({ view, onDialog }: { view: AccountView; onDialog: (open: OpenDialog) => void }) {
  const { t, sentence } = useWords()
  const user = defaultProfile(view)
  const closed = view.web_users_closed
  if (closed?.code === 'portal_off') return null // what the utility switched off is not there
  if (closed) {
    return (
      <Gated
        kind="masquerade.start"
        args={{ web_user_id: '', account: view.account.account_number }}
        variant="light"
        color="masquerade"
        leftSection={<IconUserShare size={16} aria-hidden />}
        held={sentence(closed)}
        onAct={() => undefined}
      >
        {t('action.masquerade')}
      </Gated>
    )
  }
  if (!user) return <span>{t('account.noWebUser')}</span>
  return <UserActions user={user} account={view.account.account_number} onDialog={onDialog} />
}
