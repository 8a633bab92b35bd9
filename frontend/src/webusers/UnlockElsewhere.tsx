import { isGiven, ReasonFields } from '../account/ReasonFields'
import type { OpenDialog } from '../account/Dialogs'
import { desk, unlockReasons } from '../api/desk'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { UserDialog, type ForUser } from './UserDialog'

/** Asks before another service of the utility lifts a password lock (R5), and goes back to the profile, which asks it anew. */
export function UnlockElsewhere({
  onDialog,
  onClose,
  ...about
}: ForUser & { onDialog: (open: OpenDialog) => void }) {
  const { view, user } = about
  const { t } = useWords()
  const { say } = useNotice()
  const account = view.account.account_number
  const stands = { reason: 'failed_signins', words: '' }
  const form = useKeptForm(`unlock elsewhere ${user.web_user_id} ${account}`, stands)
  const reason = form.values
  const unlock = useDo(desk.unlockProfile, () => {
    form.drop()
    say(t('elsewhere.unlocked', { username: user.username }))
    onDialog({ kind: 'profile', user: user.web_user_id })
  })
  return (
    <UserDialog
      {...about}
      onClose={onClose}
      title={t('unlock.title')}
      yes={t('unlock.yes')}
      ready={isGiven(reason)}
      held={t('held.reason')}
      busy={unlock.busy}
      error={unlock.failure}
      form={form}
      onYes={() =>
        unlock.run({
          web_user_id: user.web_user_id,
          account,
          reason: reason.reason,
          words: reason.words.trim(),
        })
      }
    >
      <p>{t('elsewhere.unlockDoes')}</p>
      <ReasonFields reasons={unlockReasons} value={reason} onChange={form.set} />
    </UserDialog>
  )
}
