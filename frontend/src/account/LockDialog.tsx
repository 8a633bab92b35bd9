import { serviceAddress, type AccountView, type WebUser } from '../api/account'
import { desk, lockReasons } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Subject } from '../ui/Subject'
import { isGiven, ReasonFields } from './ReasonFields'

interface Props {
  view: AccountView
  user: WebUser
  onClose: () => void
}

/** Asks before a web user is locked out of the portal, and why. */
export function LockDialog({ view, user, onClose }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const account = view.account.account_number
  const form = useKeptForm(`lock ${user.web_user_id} ${account}`, { reason: '', words: '' })
  const reason = form.values
  const lock = useDo(desk.lockWebUser, () => {
    form.drop()
    say(t(online ? 'lock.done' : 'lock.kept', { username: user.username }))
    onClose()
  })
  return (
    <Dialog
      title={t('lock.title')}
      subject={
        <Subject name={`${user.name} · ${user.username}`} account={account} address={serviceAddress(view)} />
      }
      yes={t('lock.yes')}
      no={t('lock.no')}
      color="danger"
      ready={isGiven(reason)}
      held={t('held.reason')}
      busy={lock.busy}
      error={lock.failure}
      form={form}
      onYes={() =>
        lock.run({
          web_user_id: user.web_user_id,
          account,
          reason: reason.reason,
          words: reason.words.trim(),
        })
      }
      onClose={onClose}
    >
      <p>{t('lock.text')}</p>
      <ReasonFields reasons={lockReasons} value={reason} onChange={form.set} />
    </Dialog>
  )
}
