import { Button } from '@mantine/core'
import { useState } from 'react'
import type { PolicyBook } from '../api/admin'
import { stray } from '../i18n/filled'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Admin.module.css'
import { changesOf, setNow, textPairs } from './policy'
import { PolicyReview } from './PolicyReview'
import { TextField } from './TextField'

/** The utility's own texts in both languages, side by side, each as it will be read. */
export function TextsPanel({ book }: { book: PolicyBook }) {
  const { t, term } = useWords()
  const { say } = useNotice()
  const [draft, setDraft] = useState<Record<string, string>>({})
  const [reviewing, setReviewing] = useState(false)
  const now = setNow(book)
  const changes = changesOf(draft, now)
  const count = Object.keys(changes).length
  const pairs = textPairs(book.keys)
  const wrong = pairs.some(({ keys }) =>
    keys.some(({ key, placeholders }) => stray(changes[key] ?? '', placeholders)),
  )
  const ready = count > 0 && !wrong
  return (
    <>
      <p className={ui.quiet}>{t('admin.textsText')}</p>
      {pairs.map(({ name, keys }) => (
        <Panel key={name} title={term('textName', name)}>
          <p className={ui.quiet}>{term('textWhere', name)}</p>
          <div className={css.sides}>
            {keys.map((key) => (
              <TextField
                key={key.key}
                of={key}
                name={term('textName', name)}
                value={draft[key.key] ?? now[key.key] ?? ''}
                entry={book.entries.find(({ policy_key }) => policy_key === key.key)}
                onChange={(text) => setDraft((old) => ({ ...old, [key.key]: text }))}
              />
            ))}
          </div>
        </Panel>
      ))}
      <div className={css.bar} role="region" aria-label={t('admin.draft')}>
        <span role="status">{wrong ? t('admin.textWrong') : t('admin.changes', { count })}</span>
        <Button
          aria-disabled={!ready}
          data-disabled={!ready || undefined}
          onClick={() => ready && setReviewing(true)}
        >
          {t('admin.review')}
        </Button>
        {count > 0 && (
          <Button variant="default" onClick={() => setDraft({})}>
            {t('admin.drop')}
          </Button>
        )}
      </div>
      {reviewing && (
        <PolicyReview
          changes={changes}
          now={now}
          onSaved={() => {
            setDraft({})
            setReviewing(false)
            say(t('admin.saved'))
          }}
          onClose={() => setReviewing(false)}
        />
      )}
    </>
  )
}
