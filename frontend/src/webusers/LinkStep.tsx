import type { WebUser } from '../api/account'
import { desk } from '../api/desk'
import { useDo, usePolicy, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** Sends the reset link to the address on record, and reminds the CSR of what to say (R49). */
export function LinkStep({
  user,
  account,
  onClose,
}: {
  user: WebUser
  account: string
  onClose: () => void
}) {
  const { t, language } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const hours = usePolicy(language).data?.web_users.link_hours ?? 24
  const args = { web_user_id: user.web_user_id, account }
  const send = useDo(desk.sendResetLink, () => {
    say(t(online ? 'recovery.linkSent' : 'recovery.linkKept', { address: user.email, hours }))
    onClose()
  })
  return (
    <>
      <p>
        {t('recovery.linkTo')} <strong>{user.email || '—'}</strong>
      </p>
      <p className={`${ui.alert} ${ui.caution}`}>{t('recovery.linkReminder', { hours })}</p>
      <Trouble error={send.failure} />
      <div className={`${ui.row} ${ui.end}`}>
        <Gated
          kind="recovery.send_link"
          args={args}
          onAct={() => {
            if (!send.busy) send.run(args)
          }}
        >
          {t('recovery.sendLink')}
        </Gated>
      </div>
    </>
  )
}
