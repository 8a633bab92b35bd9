import { TextInput } from '@mantine/core'
import { desk } from '../api/desk'
import { useDo, usePolicy } from '../api/queries'
import { useWords } from '../i18n/words'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { useOutcome, UserDialog, type ForUser } from './UserDialog'

/** Sends a link to another address that a web user's letters are to go to; nothing changes before it is opened (R33). */
export function EmailDialog({ view, user, onClose }: ForUser) {
  const { t, language } = useWords()
  const { say } = useNotice()
  const outcome = useOutcome()
  const hours = usePolicy(language).data?.web_users.link_hours ?? 24
  const account = view.account.account_number
  const form = useKeptForm(`email ${user.web_user_id} ${account}`, { email: '' })
  const { email } = form.values
  const change = useDo(desk.changeLoginEmail, ({ state }) => {
    form.drop()
    say(outcome(state, user.username, t('webUsers.emailSent', { address: email.trim() })))
    onClose()
  })
  return (
    <UserDialog
      view={view}
      user={user}
      title={t('webUsers.emailTitle')}
      yes={t('webUsers.emailYes')}
      ready={email.trim() !== ''}
      busy={change.busy}
      error={change.failure}
      form={form}
      onYes={() =>
        change.run({
          web_user_id: user.web_user_id,
          account,
          email: email.trim(),
        })
      }
      onClose={onClose}
    >
      <p>{t('webUsers.emailIs', { address: user.email || '—' })}</p>
      <TextInput
        type="email"
        label={t('webUsers.emailNew')}
        description={t('webUsers.emailText', { hours: String(hours) })}
        required
        data-autofocus
        value={email}
        maxLength={254}
        onChange={(event) => form.set({ email: event.currentTarget.value })}
      />
    </UserDialog>
  )
}
