import { mainPerson, serviceAddress, type AccountView, type Notification } from '../api/account'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useNotice } from '../ui/Notice'
import { Subject } from '../ui/Subject'

interface Props {
  view: AccountView
  sent: Notification
  onClose: () => void
}

/** Asks before a message is sent once more, to the portal address of now. */
export function ResendDialog({ view, sent, onClose }: Props) {
  const { t, term } = useWords()
  const { when } = useFormats()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const account = view.account.account_number
  const resend = useDo(desk.resendNotification, () => {
    say(t(online ? 'sent.done' : 'sent.kept'))
    onClose()
  })
  return (
    <Dialog
      title={t('sent.title')}
      subject={
        <Subject name={mainPerson(view)?.name ?? '—'} account={account} address={serviceAddress(view)} />
      }
      yes={t('sent.yes')}
      no={t('sent.no')}
      direct
      ready
      busy={resend.busy}
      error={resend.failure}
      onYes={() => resend.run({ notification_id: sent.notification_id, account })}
      onClose={onClose}
    >
      <p>
        {t('sent.text', {
          what: term('template', sent.template),
          when: when(sent.sent_at),
          address: view.portal_email || sent.address,
        })}
      </p>
    </Dialog>
  )
}
