import { NativeSelect } from '@mantine/core'
import { serviceAddress, type AccountView, type WebUser } from '../api/account'
import { desk, unlockReasons } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Subject } from '../ui/Subject'
import { isGiven, ReasonFields, type Reason } from './ReasonFields'

interface Props {
  view: AccountView
  user: WebUser
  onClose: () => void
}

// What the portal locked by itself has its reason; why a person locked it is for a person to say.
const reasonFor = (lock: string): Reason => ({
  reason: lock === 'password' ? 'failed_signins' : '',
  words: '',
})

/** Asks before one lock of a web user is lifted; the others stay. */
export function UnlockDialog({ view, user, onClose }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const account = view.account.account_number
  const first = user.locks[0]?.lock ?? ''
  const form = useKeptForm(`unlock ${user.web_user_id} ${account}`, { lock: first, ...reasonFor(first) })
  const reason = form.values
  const lock = user.locks.some((each) => each.lock === reason.lock) ? reason.lock : first
  const unlock = useDo(desk.unlockWebUser, () => {
    form.drop()
    say(t(online ? 'unlock.done' : 'unlock.kept', { username: user.username }))
    onClose()
  })
  return (
    <Dialog
      title={t('unlock.title')}
      subject={
        <Subject name={`${user.name} · ${user.username}`} account={account} address={serviceAddress(view)} />
      }
      yes={t('unlock.yes')}
      no={t('unlock.no')}
      ready={lock !== '' && isGiven(reason)}
      held={t('held.reason')}
      busy={unlock.busy}
      error={unlock.failure}
      form={form}
      onYes={() =>
        unlock.run({
          web_user_id: user.web_user_id,
          account,
          lock,
          reason: reason.reason,
          words: reason.words.trim(),
        })
      }
      onClose={onClose}
    >
      <NativeSelect
        label={t('unlock.which')}
        description={user.locks.length > 1 ? t('unlock.others') : undefined}
        value={lock}
        data={user.locks.map((each) => ({ value: each.lock, label: t(`lockKind.${each.lock}`) }))}
        onChange={({ currentTarget: { value } }) =>
          form.set({ lock: value, reason: reasonFor(value).reason })
        }
      />
      <ReasonFields reasons={unlockReasons} value={reason} onChange={form.set} />
    </Dialog>
  )
}
