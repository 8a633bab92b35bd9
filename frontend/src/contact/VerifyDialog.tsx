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
  const status = useStatus().data
  const online = status?.online ?? false
  // How it began, until the CSR chooses: a line that goes or comes takes nothing away that is being typed.
  const [chosen, setByHand] = useState<boolean>()
  const [asked, setAsked] = useState(false)
  if (status && chosen === undefined) setByHand(!online)
  const byHand = chosen ?? true
  const [agreeing, setAgreeing] = useState(false)
  return (
    <Sheet title={t('verify.title')} onClose={onClose}>
      <div className={ui.stack}>
        <div className={ui.subject}>{subject}</div>
        <Level contact={contact} />
        {!online && (
          <p role="status" className={`${ui.alert} ${ui.caution}`}>
            {t('verify.offline')}
          </p>
        )}
        {online && chosen && !asked && <p role="status">{t('verify.online')}</p>}
        {agreeing ? (
          <PassphraseForm contact={contact} onClose={onClose} />
        ) : byHand ? (
          <OverrideForm contact={contact} onClose={onClose} />
        ) : (
          <AnswerForm contact={contact} most={mostVerified} onClose={onClose} />
        )}
        {(online || !byHand) && !agreeing && (
          <button
            type="button"
            className={ui.link}
            onClick={() => {
              setByHand(!byHand)
              setAsked(true)
            }}
          >
            {t(byHand ? 'verify.byAnswers' : 'verify.byHand')}
          </button>
        )}
        {(online || agreeing) && (
          <button type="button" className={ui.link} onClick={() => setAgreeing(!agreeing)}>
            {t(agreeing ? 'verify.byAnswers' : 'passphrase.open')}
          </button>
        )}
      </div>
    </Sheet>
  )
}
