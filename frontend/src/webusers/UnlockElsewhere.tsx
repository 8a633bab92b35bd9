import { useState } from 'react'
import { isGiven, ReasonFields, type Reason } from '../account/ReasonFields'
import type { OpenDialog } from '../account/Dialogs'
import { desk, unlockReasons } from '../api/desk'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
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
  const [reason, setReason] = useState<Reason>({ reason: 'failed_signins', words: '' })
  const unlock = useDo(desk.unlockProfile, () => {
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
      onYes={() =>
        unlock.run({
          web_user_id: user.web_user_id,
          account: view.account.account_number,
          reason: reason.reason,
          words: reason.words.trim(),
        })
      }
    >
      <p>{t('elsewhere.unlockDoes')}</p>
      <ReasonFields reasons={unlockReasons} value={reason} onChange={setReason} />
    </UserDialog>
  )
}
