import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { useOutcome, UserDialog, type ForUser } from './UserDialog'

/** Sends a pending web user the activation once more (R42). */
export function ActivationDialog({ view, user, onClose }: ForUser) {
  const { t } = useWords()
  const { say } = useNotice()
  const outcome = useOutcome()
  const resend = useDo(desk.resendActivation, ({ state }) => {
    say(outcome(state, user.username, t('webUsers.activationSent', { address: user.email })))
    onClose()
  })
  return (
    <UserDialog
      view={view}
      user={user}
      title={t('webUsers.activationTitle')}
      yes={t('webUsers.activationYes')}
      direct
      ready
      busy={resend.busy}
      error={resend.failure}
      onYes={() => resend.run({ web_user_id: user.web_user_id, account: view.account.account_number })}
      onClose={onClose}
    >
      <p>{t('webUsers.activationTo', { address: user.email || '—' })}</p>
    </UserDialog>
  )
}
