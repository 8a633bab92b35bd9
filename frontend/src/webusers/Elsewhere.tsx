import { Button } from '@mantine/core'
import { IconLockOpen } from '@tabler/icons-react'
import type { WebUser } from '../api/account'
import { useProfile } from '../api/queries'
import type { OpenDialog } from '../account/Dialogs'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { Facts } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

interface Props {
  user: WebUser
  account: string
  onDialog: (open: OpenDialog) => void
}

/**
 * What another service of the utility says of a web user (R5). It is asked each time the profile is opened; while it has not
 * answered, and where it does not, nothing is shown in its place.
 */
export function Elsewhere({ user, account, onDialog }: Props) {
  const { t } = useWords()
  const { when } = useFormats()
  const args = { web_user_id: user.web_user_id, account }
  const { data, error, isFetching, refetch } = useProfile(args)
  const said = isFetching || error ? undefined : data
  const unknown = isFetching ? t('elsewhere.asking') : t('elsewhere.unknown')
  const locked = said?.password_locked
  return (
    <>
      <Facts
        facts={[
          [t('webUser.passwordLocked'), said ? t(locked ? 'yes' : 'no') : unknown],
          [
            t('webUser.lastCustomer'),
            said ? (said.last_log_on ? when(said.last_log_on) : t('never')) : unknown,
          ],
        ]}
      />
      <p role="status" className={ui.quiet}>
        {isFetching && t('elsewhere.waiting')}
        {said && t('elsewhere.answered', { when: when(said.at) })}
      </p>
      {!isFetching && <Trouble error={error} />}
      <div className={ui.row}>
        {locked && (
          <Gated
            kind="profile.unlock"
            args={{ ...args, reason: 'failed_signins' }}
            variant="default"
            leftSection={<IconLockOpen size={16} aria-hidden />}
            label={t('action.named', { action: t('action.unlock'), username: user.username })}
            onAct={() => onDialog({ kind: 'unlockElsewhere', user: user.web_user_id })}
          >
            {t('action.unlock')}
          </Gated>
        )}
        <Button variant="default" loading={isFetching} onClick={() => void refetch()}>
          {t(error ? 'elsewhere.again' : 'elsewhere.ask')}
        </Button>
      </div>
    </>
  )
}
