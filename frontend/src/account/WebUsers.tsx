import type { AccountView } from '../api/account'
import { usePolicy } from '../api/queries'
import { useWords } from '../i18n/words'
import { Empty } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { useGlance } from '../webusers/glance'
import { Summary } from '../webusers/Summary'
import css from './Account.module.css'
import type { OpenDialog } from './Dialogs'
import { WebUserPanel } from './WebUserPanel'

interface Props {
  view: AccountView
  onDialog: (open: OpenDialog) => void
}

/** Who may sign in for this account: a summary, who owes the bills, and each with their profile. */
export function WebUsers({ view, onDialog }: Props) {
  const { t, sentence, language } = useWords()
  const home = usePolicy(language).data?.portal_home
  const glance = useGlance(view)
  const users = [...view.web_users].sort((a, b) => Number(b.default_profile) - Number(a.default_profile))
  if (view.web_users_closed) {
    return (
      <Empty title={t('admin.webUsersClosed')}>
        <p role="status">{sentence(view.web_users_closed)}</p>
      </Empty>
    )
  }
  if (users.length === 0) {
    return (
      <Empty title={t('webUser.noneTitle')}>
        <p>{t('webUser.none')}</p>
      </Empty>
    )
  }
  return (
    <div className={ui.stack}>
      <p className={ui.quiet}>{glance}</p>
      {home && <p className={ui.quiet}>{t('admin.portalHome', { address: home })}</p>}
      <Summary view={view} onDialog={onDialog} />
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
