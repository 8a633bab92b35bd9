import type { AccountView } from '../api/account'
import { useWords } from '../i18n/words'
import { Empty } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'
import type { OpenDialog } from './Dialogs'
import { WebUserPanel } from './WebUserPanel'

interface Props {
  view: AccountView
  onDialog: (open: OpenDialog) => void
}

/** Who may sign in for this account: the default profile first, and who of them owes the bills. */
export function WebUsers({ view, onDialog }: Props) {
  const { t } = useWords()
  const users = [...view.web_users].sort((a, b) => Number(b.default_profile) - Number(a.default_profile))
  const responsible = users.filter((user) => user.financially_responsible)
  const used = users.some((user) => user.last_customer_logon > 0)
  if (users.length === 0) {
    return (
      <Empty title={t('webUser.noneTitle')}>
        <p>{t('webUser.none')}</p>
      </Empty>
    )
  }
  return (
    <div className={ui.stack}>
      <p className={ui.quiet}>
        {t('webUser.glance', { count: users.length })} {t(used ? 'webUser.used' : 'webUser.unused')}{' '}
        {t('webUser.responsible', { names: responsible.map((user) => user.name).join(', ') || '—' })}
      </p>
      <div className={css.grid}>
        {users.map((user) => (
          <WebUserPanel
            key={user.web_user_id}
            user={user}
            account={view.account.account_number}
            onDialog={onDialog}
          />
        ))}
      </div>
    </div>
  )
}
