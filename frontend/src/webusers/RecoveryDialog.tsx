import { Button, Radio } from '@mantine/core'
import { useState } from 'react'
import type { RecoveryCode } from '../api/webusers'
import type { OpenDialog } from '../account/Dialogs'
import { useWords } from '../i18n/words'
import { Sheet } from '../ui/Sheet'
import ui from '../ui/ui.module.css'
import { CodeStep } from './CodeStep'
import { LinkStep } from './LinkStep'
import { UserSubject, type ForUser } from './UserDialog'

const yesNo = ['yes', 'no'] as const

interface QuestionProps {
  text: string
  value: string
  onAnswer: (answer: string) => void
  first?: boolean
}

function Question({ text, value, onAnswer, first }: QuestionProps) {
  const { t } = useWords()
  return (
    <Radio.Group label={text} value={value} onChange={onAnswer}>
      <div className={ui.row}>
        {yesNo.map((each) => (
          <Radio
            key={each}
            value={each}
            label={t(each)}
            data-autofocus={(first && each === 'yes') || undefined}
          />
        ))}
      </div>
    </Radio.Group>
  )
}

/** Two questions lead to a reset link or to a recovery code (R49 to R51). */
export function RecoveryDialog({
  view,
  user,
  onClose,
  onDialog,
}: ForUser & { onDialog: (open: OpenDialog) => void }) {
  const { t } = useWords()
  const [knows, setKnows] = useState('')
  const [reaches, setReaches] = useState('')
  const [code, setCode] = useState<RecoveryCode>()
  const [readBack, setReadBack] = useState(false)
  const locked = user.locks.length > 0 || user.deactivated
  // A code that is shown is not closed by a slip: it is read back first, or closed on purpose.
  const held = code !== undefined && !readBack
  const byLink = knows === 'yes' && reaches === 'yes'
  const byCode = knows === 'no' || reaches === 'no'
  return (
    <Sheet
      title={t('recovery.title')}
      size="lg"
      onClose={onClose}
      closeOnEscape={!held}
      closeOnClickOutside={!held}
    >
      <div className={ui.stack}>
        <div className={ui.subject}>
          <UserSubject view={view} user={user} />
        </div>
        {locked ? (
          <>
            <p className={`${ui.alert} ${ui.caution}`}>
              {t(user.deactivated ? 'recovery.reactivateFirst' : 'recovery.unlockFirst', {
                username: user.username,
              })}
            </p>
            <div className={`${ui.row} ${ui.end}`}>
              <Button
                onClick={() =>
                  onDialog({ kind: user.deactivated ? 'reactivate' : 'unlock', user: user.web_user_id })
                }
              >
                {t(user.deactivated ? 'webUsers.reactivate' : 'action.unlock')}
              </Button>
            </div>
          </>
        ) : (
          <>
            {!code && (
              <>
                <Question first text={t('recovery.knows')} value={knows} onAnswer={setKnows} />
                {knows === 'yes' && (
                  <Question text={t('recovery.reaches')} value={reaches} onAnswer={setReaches} />
                )}
              </>
            )}
            {byLink && <LinkStep user={user} account={view.account.account_number} onClose={onClose} />}
            {byCode && (
              <CodeStep
                user={user}
                account={view.account.account_number}
                code={code}
                onCode={setCode}
                readBack={readBack}
                onReadBack={setReadBack}
                onClose={onClose}
              />
            )}
          </>
        )}
      </div>
    </Sheet>
  )
}
