import { NativeSelect, Textarea } from '@mantine/core'
import { useWords } from '../i18n/words'

export interface Reason {
  reason: string
  words: string
}

/** Whether it says enough: one of the reasons, in words where it is another. */
export function isGiven({ reason, words }: Reason): boolean {
  return reason !== '' && (reason !== 'other' || words.trim() !== '')
}

interface Props {
  reasons: readonly string[]
  value: Reason
  onChange: (value: Reason) => void
}

export function ReasonFields({ reasons, value, onChange }: Props) {
  const { t, term } = useWords()
  return (
    <>
      <NativeSelect
        label={t('reason.label')}
        value={value.reason}
        required
        data-autofocus
        data={[
          { value: '', label: t('reason.choose'), disabled: true },
          ...reasons.map((reason) => ({ value: reason, label: term('reason', reason) })),
        ]}
        onChange={(event) => onChange({ ...value, reason: event.currentTarget.value })}
      />
      <Textarea
        label={t(value.reason === 'other' ? 'reason.wordsNeeded' : 'reason.words')}
        required={value.reason === 'other'}
        value={value.words}
        maxLength={500}
        rows={2}
        onChange={(event) => onChange({ ...value, words: event.currentTarget.value })}
      />
    </>
  )
}
