import { useState, type ReactNode } from 'react'
import { mostVerified, type OpenContact } from '../api/contacts'
import { useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Sheet } from '../ui/Sheet'
import ui from '../ui/ui.module.css'
import { AnswerForm } from './AnswerForm'
import { Level } from './Level'
import { OverrideForm } from './OverrideForm'
import { PassphraseForm } from './PassphraseForm'

interface Props {
  contact: OpenContact
  subject: ReactNode
  onClose: () => void
}

/** Verifies the caller: the CSR types what they answer, the portal compares. Without it the CSR judges, with a reason. */
export function VerifyDialog({ contact, subject, onClose }: Props) {
  const { t } = useWords()
  const online = useStatus().data?.online ?? false
  const [byHand, setByHand] = useState(false)
  const [agreeing, setAgreeing] = useState(false)
  const override = byHand || !online
  return (
    <Sheet title={t('verify.title')} onClose={onClose}>
      <div className={ui.stack}>
        <div className={ui.subject}>{subject}</div>
        <Level contact={contact} />
        {!online && <p className={`${ui.alert} ${ui.caution}`}>{t('verify.offline')}</p>}
        {agreeing && online ? (
          <PassphraseForm contact={contact} onClose={onClose} />
        ) : override ? (
          <OverrideForm contact={contact} onClose={onClose} />
        ) : (
          <AnswerForm contact={contact} most={mostVerified} onClose={onClose} />
        )}
        {online && !agreeing && (
          <button type="button" className={ui.link} onClick={() => setByHand(!byHand)}>
            {t(byHand ? 'verify.byAnswers' : 'verify.byHand')}
          </button>
        )}
        {online && (
          <button type="button" className={ui.link} onClick={() => setAgreeing(!agreeing)}>
            {t(agreeing ? 'verify.byAnswers' : 'passphrase.open')}
          </button>
        )}
      </div>
    </Sheet>
  )
}
