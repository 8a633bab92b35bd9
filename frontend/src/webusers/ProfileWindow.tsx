import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { OpenDialog } from '../account/Dialogs'
import { UserActions } from '../account/Actions'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Facts } from '../ui/Panel'
import { Sheet } from '../ui/Sheet'
import ui from '../ui/ui.module.css'
import { Elsewhere } from './Elsewhere'
import { useElsewhere, useGlance } from './glance'
import { UserSubject, type ForUser } from './UserDialog'

/** The profiles of the account, the default one first; choosing another shows that one (R40 to R45). */
export function ProfileWindow({
  view,
  user: first,
  onClose,
  onDialog,
}: ForUser & { onDialog: (open: OpenDialog) => void }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  const glance = useGlance(view)
  const elsewhere = useElsewhere()
  const [id, setId] = useState(first.web_user_id)
  const user = view.web_users.find(({ web_user_id }) => web_user_id === id) ?? first
  const moment = (at: number) => (at ? when(at) : t('never'))
  const unwanted = user.unwanted.map((kind) => term('letters', kind)).join(', ')
  const users = [...view.web_users].sort((a, b) => Number(b.default_profile) - Number(a.default_profile))
  return (
    <Sheet title={t('webUsers.profiles')} size="lg" onClose={onClose}>
      <div className={ui.stack}>
        <div className={ui.subject}>
          <UserSubject view={view} user={user} />
        </div>
        <p className={ui.quiet}>{glance}</p>
        <NativeSelect
          label={t('webUsers.userProfiles')}
          data-autofocus
          value={user.web_user_id}
          data={users.map((each) => ({
            value: each.web_user_id,
            label: each.default_profile ? `${each.username} (${t('webUser.default')})` : each.username,
          }))}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Facts
          facts={[
            [t('account.number'), view.account.account_number],
            [t('webUser.username'), user.username],
            [t('webUser.email'), user.email],
            [t('webUser.status'), t(`tyler.${user.tyler_status}`)],
            ...(elsewhere
              ? []
              : [
                  [t('webUser.passwordLocked'), t(user.password_locked ? 'yes' : 'no')] as const,
                  [t('webUser.lastCustomer'), moment(user.last_customer_logon)] as const,
                ]),
            [t('webUser.lastCsr'), moment(user.last_csr_logon)],
            [
              t('webUsers.letters'),
              unwanted ? t('webUsers.lettersNot', { kinds: unwanted }) : t('webUsers.lettersAll'),
            ],
          ]}
        />
        {elsewhere && (
          <Elsewhere
            key={user.web_user_id}
            user={user}
            account={view.account.account_number}
            onDialog={onDialog}
          />
        )}
        <div className={ui.row}>
          <UserActions user={user} account={view.account.account_number} onDialog={onDialog} named />
        </div>
      </div>
    </Sheet>
  )
}
