import { Checkbox, NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import { serviceAddress, type AccountView, type WebUser } from '../api/account'
import { desk } from '../api/desk'
import { useDo, usePolicy } from '../api/queries'
import { filled } from '../i18n/filled'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { Subject } from '../ui/Subject'
import ui from '../ui/ui.module.css'

interface Props {
  view: AccountView
  user: WebUser
  onClose: () => void
}

/** Opens the customer's portal as one of the account's web users, to view; changes are a step of their own in its window. */
export function MasqueradeDialog({ view, user: first, onClose }: Props) {
  const { t, language } = useWords()
  const policy = usePolicy(language).data?.masquerade
  const [userId, setUserId] = useState(first.web_user_id)
  const account = view.account.account_number
  const form = useKeptForm(`masquerade ${first.web_user_id} ${account}`, { reason: '' })
  const { reason } = form.values
  // Whoever is chosen next is another customer, and a text that changed another one: what was acknowledged holds for one.
  const [acknowledgedFor, setAcknowledgedFor] = useState('')
  const start = useDo(desk.startMasquerade, () => {
    form.drop()
    onClose()
  })
  if (!policy) return null
  const user = view.web_users.find(({ web_user_id }) => web_user_id === userId) ?? first
  const whatFor = `${user.web_user_id} ${policy.ack_version}`
  const acknowledged = acknowledgedFor === whatFor
  const asksAcknowledgement = policy.acknowledge !== 'off' && !policy.acknowledged
  const ready = (acknowledged || !asksAcknowledgement) && (reason.trim() !== '' || policy.reason !== 'required')

  return (
    <Dialog
      title={t('masquerade.title')}
      subject={
        <Subject name={`${user.name} · ${user.username}`} account={account} address={serviceAddress(view)} />
      }
      yes={t('masquerade.start')}
      no={t('cancel')}
      color="masquerade"
      ready={ready}
      busy={start.busy}
      error={start.failure}
      form={form}
      onYes={() =>
        start.run({
          web_user_id: user.web_user_id,
          account,
          reason: reason.trim(),
          acknowledged,
          ack: policy.ack_version,
          language,
        })
      }
      onClose={onClose}
    >
      {view.web_users.length > 1 && (
        <NativeSelect
          label={t('masquerade.as')}
          value={user.web_user_id}
          data={view.web_users.map((each) => ({
            value: each.web_user_id,
            label: `${each.name} · ${each.username}`,
          }))}
          onChange={(event) => setUserId(event.currentTarget.value)}
        />
      )}
      <p className={ui.quiet}>{t(policy.mode === 'view' ? 'masquerade.viewOnly' : 'masquerade.viewFirst')}</p>
      {policy.reason !== 'off' && (
        <Textarea
          label={t('masquerade.reason')}
          required={policy.reason === 'required'}
          value={reason}
          data-autofocus
          rows={2}
          maxLength={500}
          onChange={(event) => form.set({ reason: event.currentTarget.value })}
        />
      )}
      {policy.acknowledged && <p className={ui.quiet}>{t('masquerade.acknowledged')}</p>}
      {asksAcknowledgement && (
        <Checkbox
          label={
            filled(policy.ack_text, { username: user.username, account }) ||
            t('masquerade.acknowledge')
          }
          checked={acknowledged}
          onChange={(event) => setAcknowledgedFor(event.currentTarget.checked ? whatFor : '')}
        />
      )}
    </Dialog>
  )
}
