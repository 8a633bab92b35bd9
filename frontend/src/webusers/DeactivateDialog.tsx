import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { isGiven, ReasonFields } from '../account/ReasonFields'
import { desk } from '../api/desk'
import { useDo, useOpenPayments, usePolicy } from '../api/queries'
import { deactivateReasons } from '../api/webusers'
import { useWords } from '../i18n/words'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import ui from '../ui/ui.module.css'
import { OpenPayments } from './OpenPayments'
import { useOutcome, UserDialog, type ForUser } from './UserDialog'

/** Ends a web user's use of the portal, after what is scheduled and pending was shown (R52). */
export function DeactivateDialog({ view, user, onClose }: ForUser) {
  const { t, language } = useWords()
  const { say } = useNotice()
  const outcome = useOutcome()
  const policy = usePolicy(language).data?.web_users
  const { data: payments, error } = useOpenPayments(user.web_user_id)
  const account = view.account.account_number
  const form = useKeptForm(`deactivate ${user.web_user_id} ${account}`, { reason: '', words: '' })
  const reason = form.values
  const [told, setTold] = useState(false)
  const deactivate = useDo(desk.deactivatePortal, ({ state }) => {
    form.drop()
    say(outcome(state, user.username, t('webUsers.deactivated')))
    onClose()
  })
  const open = payments ?? []
  const how = policy?.open_payments ?? 'warn'
  const blocked = how === 'block' && open.length > 0
  const settled = open.length === 0 || (!blocked && told)
  return (
    <UserDialog
      view={view}
      user={user}
      title={t('webUsers.deactivateTitle')}
      yes={t('webUsers.deactivateYes')}
      color="danger"
      ready={payments !== undefined && policy !== undefined && settled && isGiven(reason)}
      held={blocked ? t('webUsers.payments.held') : undefined}
      busy={deactivate.busy}
      error={deactivate.failure ?? error}
      form={form}
      onYes={() =>
        deactivate.run({
          web_user_id: user.web_user_id,
          account,
          reason: reason.reason,
          words: reason.words.trim(),
          payments: open.map((each) => each.payment_id),
        })
      }
      onClose={onClose}
    >
      {payments && policy && <OpenPayments payments={open} how={how} />}
      {open.length > 0 && (
        <>
          <p className={`${ui.alert} ${ui.caution}`}>{t(`webUsers.payments.${how}`)}</p>
          {!blocked && (
            <Checkbox
              label={t('webUsers.paymentsTold')}
              checked={told}
              onChange={(event) => setTold(event.currentTarget.checked)}
            />
          )}
        </>
      )}
      <p>{t(`webUsers.deactivateBy.${policy?.deactivate ?? 'permanent_lock'}`)}</p>
      <ReasonFields reasons={deactivateReasons} value={reason} onChange={form.set} />
    </UserDialog>
  )
}
