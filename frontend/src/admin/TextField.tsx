import { Textarea } from '@mantine/core'
import type { PolicyEntry, PolicyKey } from '../api/admin'
import { filled, stray } from '../i18n/filled'
import { useFormats } from '../i18n/formats'
import { useWords, wordsIn } from '../i18n/words'
import ui from '../ui/ui.module.css'
import { letterOf } from './letters'
import { languageOf } from './policy'

/** Whom the preview is about. Nobody is. */
function sampleOf(key: string, language: 'en' | 'es') {
  const { t } = wordsIn(language)
  return {
    username: 'jane.doe',
    // A letter may be read by others: it names the end of the number alone.
    account: letterOf(key) ? t('admin.sampleAccount') : '030000013',
    name: 'Jane Doe',
    amount: '$42.00',
    when: t('admin.sampleDay'),
    ends: t('admin.sampleDay'),
    what: t('admin.sampleWhat'),
    inviter: 'Jane Doe',
    may: t('admin.sampleMay'),
  }
}

interface Props {
  of: PolicyKey
  name: string
  /** What is chosen; '' is the default. */
  value: string
  entry: PolicyEntry | undefined
  onChange: (value: string) => void
}

/** One text in one language: what it says now, what may be filled in, and how it will be read. */
export function TextField({ of, name, value, entry, onChange }: Props) {
  const { t } = useWords()
  const { when } = useFormats()
  const language = languageOf(of.key)
  const holds = of.placeholders.map((each) => `{{${each}}}`).join(', ')
  const wrong = stray(value, of.placeholders)
  const read = filled(value || of.default, sampleOf(of.key, language))
  const described = [
    holds === '' ? '' : t('admin.textMayHold', { holds }),
    entry && entry.changed_at > 0
      ? t('admin.setBy', { who: entry.changed_by, when: when(entry.changed_at) })
      : '',
  ]
  return (
    <div className={ui.stack}>
      <Textarea
        label={t('admin.textIn', { name, language: t(`language.${language}`) })}
        description={described.filter((each) => each !== '').join(' ')}
        error={wrong && t(holds === '' ? 'admin.textNoHold' : 'admin.textStray', { holds })}
        lang={language}
        rows={of.most > 500 ? 6 : of.most > 120 ? 3 : 1}
        value={value}
        placeholder={of.default}
        maxLength={of.most}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <div>
        <span className={ui.quiet}>{t('admin.textRead')}</span>
        <blockquote lang={read === '' ? undefined : language}>{read || t('admin.textNothing')}</blockquote>
      </div>
    </div>
  )
}
