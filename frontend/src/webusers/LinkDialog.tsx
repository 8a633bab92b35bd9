import { NativeSelect, TextInput } from '@mantine/core'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import { webRoles } from '../api/webusers'
import { useWords } from '../i18n/words'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { useOutcome, UserDialog, type ForUser } from './UserDialog'

const relationships = ['spouse', 'roommate', 'property manager', 'caregiver'] as const

/** Gives a web user one more account (R39). */
export function LinkDialog({ view, user, onClose }: ForUser) {
  const { t, term } = useWords()
  const { say } = useNotice()
  const outcome = useOutcome()
  const account = view.account.account_number
  const stands = { add: '', role: 'viewer', relationship: '' }
  const form = useKeptForm(`link ${user.web_user_id} ${account}`, stands)
  const { add, role, relationship } = form.values
  const link = useDo(desk.linkAccount, ({ state }) => {
    form.drop()
    say(outcome(state, user.username, t('webUsers.linked', { account: add.trim() })))
    onClose()
  })
  return (
    <UserDialog
      view={view}
      user={user}
      title={t('webUsers.linkTitle')}
      yes={t('webUsers.linkYes')}
      ready={add.trim() !== ''}
      busy={link.busy}
      error={link.failure}
      form={form}
      onYes={() =>
        link.run({
          web_user_id: user.web_user_id,
          account,
          add: add.trim(),
          role,
          relationship,
        })
      }
      onClose={onClose}
    >
      <p>{t('webUsers.linkDoes')}</p>
      <TextInput
        label={t('webUsers.linkNumber')}
        required
        data-autofocus
        value={add}
        maxLength={20}
        onChange={(event) => form.set({ add: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('webUser.role')}
        value={role}
        data={webRoles.map((each) => ({ value: each, label: term('webRole', each) }))}
        onChange={(event) => form.set({ role: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('customer.relationship')}
        description={t('webUsers.linkRelationship')}
        value={relationship}
        data={[
          { value: '', label: t('webUsers.linkNone') },
          ...relationships.map((each) => ({ value: each, label: term('relationship', each) })),
        ]}
        onChange={(event) => form.set({ relationship: event.currentTarget.value })}
      />
    </UserDialog>
  )
}
