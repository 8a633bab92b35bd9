import { Textarea } from '@mantine/core'
import { desk } from '../api/desk'
import type { MasqueradeRow } from '../api/masquerades'
import { useDo, useSession, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Subject } from '../ui/Subject'

interface Props {
  masquerade: MasqueradeRow
  onClose: () => void
}

/** Asks before an open masquerade is ended; who ends somebody else's says why, which stands in the account's log. */
export function EndDialog({ masquerade, onClose }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const me = useSession().data?.user?.id ?? ''
  const { session_id, csr_id, csr_name, username, account_number: account } = masquerade
  const form = useKeptForm(`masquerade end ${session_id}`, { words: '' })
  const { words } = form.values
  const own = csr_id === me
  const end = useDo(desk.endSession, () => {
    form.drop()
    say(t(online ? 'masquerades.ended' : 'masquerades.endKept', { csr: csr_id }))
    onClose()
  })
  return (
    <Dialog
      title={t('masquerades.endTitle')}
      subject={<Subject name={masquerade.name || '—'} account={account} address={masquerade.service_address} />}
      yes={t('masquerades.endYes')}
      no={t('masquerades.endNo')}
      color="danger"
      ready={own || words.trim() !== ''}
      busy={end.busy}
      error={end.failure}
      form={form}
      onYes={() => end.run({ session_id, account, reason: 'desk', words: words.trim() })}
      onClose={onClose}
    >
      <p>
        {t('masquerades.endText', {
          csr: [csr_name, csr_id].filter(Boolean).join(' · '),
          username: username || account,
        })}
      </p>
      {!own && (
        <Textarea
          data-autofocus
          label={t('masquerades.endWords')}
          required
          rows={2}
          maxLength={500}
          value={words}
          onChange={(event) => form.set({ words: event.currentTarget.value })}
        />
      )}
    </Dialog>
  )
}
