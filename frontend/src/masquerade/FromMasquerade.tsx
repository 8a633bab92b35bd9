import { IconUserShare } from '@tabler/icons-react'
import { useState } from 'react'
import { useMasquerade, useReceipt } from '../api/queries'
import { useWords } from '../i18n/words'
import { HeldButton } from '../ui/HeldButton'
import { appended, useReceiptWords } from './receiptWords'

interface Props {
  account: string
  /** The note as it is now, and the most that it can hold. */
  note: string
  most: number
  /** The note is being saved: what comes now would go with it. */
  busy: boolean
  onAdd: (note: string) => void
}

/** Offers what the masquerade that ended last on this account saw and changed, for the note that is being written about it. */
export function FromMasquerade(props: Props) {
  const ended = useMasquerade().data?.ended
  if (!ended?.session_id || ended.account !== props.account) return null
  return <Offer key={ended.session_id} session={ended.session_id} {...props} />
}

function Offer({ session, note, most, busy, onAdd }: Props & { session: string }) {
  const { t } = useWords()
  const { data: receipt } = useReceipt(session)
  const wordsOf = useReceiptWords()
  const [added, setAdded] = useState(false)
  if (!receipt || added || receipt.pages.length + receipt.tasks.length + receipt.sent.length === 0) return null
  const longer = appended(note, wordsOf(receipt))
  return (
    <HeldButton
      variant="default"
      held={busy ? t('held.busy') : longer.length > most ? t('receipt.noteFull') : ''}
      leftSection={<IconUserShare size={16} aria-hidden />}
      onAct={() => {
        setAdded(true)
        onAdd(longer)
      }}
    >
      {t('receipt.offer')}
    </HeldButton>
  )
}
