import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { PolicyBook } from '../api/admin'
import { stray } from '../i18n/filled'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Admin.module.css'
import { DraftBar, usePolicyDraft } from './draft'
import { letterOf } from './letters'
import { textPairs } from './policy'
import { PolicyReview } from './PolicyReview'
import { TextField } from './TextField'

/** The utility's own texts in both languages, side by side, each as it will be read; the messages to customers one by one. */
export function TextsPanel({ book }: { book: PolicyBook }) {
  const { t, term } = useWords()
  const draft = usePolicyDraft(book, 'texts')
  const [chosen, setChosen] = useState<string>()
  const pairs = textPairs(book.keys)
  const wrong = pairs.some(({ keys }) =>
    keys.some(({ key, placeholders }) => stray(draft.changes[key] ?? '', placeholders)),
  )
  const sides = ({ keys }: (typeof pairs)[number], name: string) => (
    <div className={css.sides}>
      {keys.map((key) => (
        <TextField
          key={key.key}
          of={key}
          name={name}
          value={draft.value(key.key)}
          entry={book.entries.find(({ policy_key }) => policy_key === key.key)}
          onChange={(text) => draft.choose(key.key, text)}
        />
      ))}
    </div>
  )
  const letters = pairs.flatMap((pair) => {
    const letter = letterOf(pair.name)
    return letter ? [{ pair, ...letter }] : []
  })
  const templates = [...new Set(letters.map(({ template }) => template))]
  const shown = chosen ?? templates[0] ?? ''
  return (
    <>
      <p className={ui.quiet}>{t('admin.textsText')}</p>
      {pairs.map(
        (pair) =>
          !letterOf(pair.name) && (
            <Panel key={pair.name} title={term('textName', pair.name)}>
              <p className={ui.quiet}>{term('textWhere', pair.name)}</p>
              {sides(pair, term('textName', pair.name))}
            </Panel>
          ),
      )}
      {letters.length > 0 && (
        <Panel title={t('admin.letters')}>
          <p className={ui.quiet}>{t('admin.lettersText')}</p>
          <NativeSelect
            label={t('admin.letter')}
            value={shown}
            data={templates.map((value) => ({ value, label: term('template', value) }))}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          {letters.map(
            ({ pair, template, subject }) =>
              template === shown && (
                <div key={pair.name}>
                  {sides(pair, t(subject ? 'admin.letterSubject' : 'admin.letterText'))}
                </div>
              ),
          )}
        </Panel>
      )}
      <DraftBar
        draft={draft}
        wrong={wrong ? t('admin.textWrong') : undefined}
        Review={PolicyReview}
        saved={t('admin.saved')}
      />
    </>
  )
}
