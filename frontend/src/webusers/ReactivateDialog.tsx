import { Textarea } from '@mantine/core'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { useOutcome, UserDialog, type ForUser } from './UserDialog'

/** Gives a deactivated web user the portal back; other locks stay (R53). */
export function ReactivateDialog({ view, user, onClose }: ForUser) {
  const { t } = useWords()
  const { say } = useNotice()
  const outcome = useOutcome()
  const account = view.account.account_number
  const form = useKeptForm(`reactivate ${user.web_user_id} ${account}`, { words: '' })
  const { words } = form.values
  const reactivate = useDo(desk.reactivatePortal, ({ state }) => {
    form.drop()
    say(outcome(state, user.username, t('webUsers.reactivated')))
    onClose()
  })
  return (
    <UserDialog
      view={view}
      user={user}
      title={t('webUsers.reactivateTitle')}
      yes={t('webUsers.reactivateYes')}
      direct
      ready
      busy={reactivate.busy}
      error={reactivate.failure}
      form={form}
      onYes={() => reactivate.run({ web_user_id: user.web_user_id, account, words: words.trim() })}
      onClose={onClose}
    >
      <p>{t('webUsers.reactivateDoes')}</p>
      <Textarea
        label={t('reason.words')}
        value={words}
        maxLength={500}
        rows={2}
        onChange={(event) => form.set({ words: event.currentTarget.value })}
      />
    </UserDialog>
  )
}
