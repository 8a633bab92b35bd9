import { Textarea } from '@mantine/core'
import { desk } from '../api/desk'
import { useDo, usePolicy } from '../api/queries'
import { useWords } from '../i18n/words'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { useOutcome, UserDialog, type ForUser } from './UserDialog'

/** Takes the account from a web user (R38), or asks for a second person to do so. */
export function UnlinkDialog({ view, user, onClose }: ForUser) {
  const { t, language } = useWords()
  const { say } = useNotice()
  const outcome = useOutcome()
  const second = usePolicy(language).data?.web_users.unlink === 'second_person'
  const account = view.account.account_number
  const form = useKeptForm(`unlink ${user.web_user_id} ${account}`, { words: '' })
  const { words } = form.values
  const main = view.account.main_person_id === user.person_id
  const unlink = useDo(desk.unlinkWebUser, ({ state }) => {
    form.drop()
    say(outcome(state, user.username, t(second ? 'webUsers.unlinkAsked' : 'webUsers.unlinked')))
    onClose()
  })
  return (
    <UserDialog
      view={view}
      user={user}
      title={t('webUsers.unlinkTitle')}
      yes={t(second ? 'webUsers.unlinkAsk' : 'webUsers.unlinkYes')}
      color="danger"
      ready
      busy={unlink.busy}
      error={unlink.failure}
      form={form}
      onYes={() => unlink.run({ web_user_id: user.web_user_id, account, words: words.trim() })}
      onClose={onClose}
    >
      <p>{t('webUsers.unlinkDoes')}</p>
      {main && <p>{t('webUsers.unlinkMain', { name: user.name })}</p>}
      {second && <p>{t('webUsers.secondPerson')}</p>}
      <Textarea
        data-autofocus
        label={t('reason.words')}
        value={words}
        maxLength={500}
        rows={2}
        onChange={(event) => form.set({ words: event.currentTarget.value })}
      />
    </UserDialog>
  )
}
