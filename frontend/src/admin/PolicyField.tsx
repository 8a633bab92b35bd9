import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import type { PolicyEntry, PolicyKey } from '../api/admin'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'
import css from './Admin.module.css'
import { usePolicyWords } from './words'

interface Props {
  of: PolicyKey
  /** What is chosen; '' is the default. */
  value: string
  changed: boolean
  entry: PolicyEntry | undefined
  onChange: (value: string) => void
}

/** One key of the policy: what it is, who set it, and its value. */
export function PolicyField({ of, value, changed, entry, onChange }: Props) {
  const { t } = useWords()
  const { when } = useFormats()
  const { keyWords, valueWords } = usePolicyWords()
  const label = keyWords(of.key)
  const standard = t('admin.default', { value: valueWords(of.key, of.default) || t('admin.nothing') })
  return (
    <div className={css.key} data-changed={changed || undefined}>
      <div className={css.about}>
        <strong>{label}</strong>
        <span className={ui.quiet}>{of.key}</span>
        {entry && entry.changed_at > 0 && (
          <span className={ui.quiet}>
            {t('admin.setBy', { who: entry.changed_by, when: when(entry.changed_at) })}
          </span>
        )}
      </div>
      {of.sort === 'choice' ? (
        <NativeSelect
          aria-label={label}
          value={value}
          data={[
            { value: '', label: standard },
            ...of.choices.map((choice) => ({ value: choice, label: valueWords(of.key, choice) })),
          ]}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : of.sort === 'text' && of.most > 200 ? (
        <Textarea
          aria-label={label}

          rows={3}
          value={value}
          placeholder={of.default}
          maxLength={of.most}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          aria-label={label}
          value={value}
          placeholder={of.default}
          description={value === '' ? standard : undefined}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </div>
  )
}
