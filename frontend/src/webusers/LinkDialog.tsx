import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import { webRoles } from '../api/webusers'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { useOutcome, UserDialog, type ForUser } from './UserDialog'

const relationships = ['spouse', 'roommate', 'property manager', 'caregiver'] as const

/** Gives a web user one more account (R39). */
export function LinkDialog({ view, user, onClose }: ForUser) {
  const { t, term } = useWords()
  const { say } = useNotice()
  const outcome = useOutcome()
  const [add, setAdd] = useState('')
  const [role, setRole] = useState('viewer')
  const [relationship, setRelationship] = useState('')
  const link = useDo(desk.linkAccount, ({ state }) => {
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
      onYes={() =>
        link.run({
          web_user_id: user.web_user_id,
          account: view.account.account_number,
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
        onChange={(event) => setAdd(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('webUser.role')}
        value={role}
        data={webRoles.map((each) => ({ value: each, label: term('webRole', each) }))}
        onChange={(event) => setRole(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('customer.relationship')}
        description={t('webUsers.linkRelationship')}
        value={relationship}
        data={[
          { value: '', label: t('webUsers.linkNone') },
          ...relationships.map((each) => ({ value: each, label: term('relationship', each) })),
        ]}
        onChange={(event) => setRelationship(event.currentTarget.value)}
      />
    </UserDialog>
  )
}
