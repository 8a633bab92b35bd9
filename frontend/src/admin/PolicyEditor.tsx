import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { PolicyBook, PolicyKey } from '../api/admin'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Admin.module.css'
import { changesOf, grouped, setNow, textPairs, verifyKeys } from './policy'
import { PermissionMatrix } from './PermissionMatrix'
import { PolicyField } from './PolicyField'
import { PolicyReview } from './PolicyReview'

/** The policy in groups. What is changed is a draft until it was reviewed: what it changes, and for whom. */
export function PolicyEditor({ book }: { book: PolicyBook }) {
  const { t, term } = useWords()
  const { say } = useNotice()
  const [draft, setDraft] = useState<Record<string, string>>({})
  const [reviewing, setReviewing] = useState(false)
  const now = setNow(book)
  const changes = changesOf(draft, now)
  const count = Object.keys(changes).length
  // Texts stand side by side on a page of their own.
  const texts = new Set(textPairs(book.keys).flatMap(({ keys }) => keys.map(({ key }) => key)))
  const value = (key: string) => draft[key] ?? now[key] ?? ''
  const choose = (key: string, chosen: string) => setDraft((old) => ({ ...old, [key]: chosen }))
  const field = (of: PolicyKey) => (
    <PolicyField
      key={of.key}
      of={of}
      value={value(of.key)}
      changed={of.key in changes}
      entry={book.entries.find(({ policy_key }) => policy_key === of.key)}
      onChange={(chosen) => choose(of.key, chosen)}
    />
  )
  return (
    <>
      <div className={ui.row}>
        <NativeSelect
          aria-label={t('admin.preset')}
          value=""
          data={[
            { value: '', label: t('admin.presetChoose') },
            ...Object.keys(book.presets).map((name) => ({ value: name, label: term('preset', name) })),
          ]}
          onChange={(event) => {
            const preset = book.presets[event.currentTarget.value]
            if (preset) setDraft((old) => ({ ...old, ...preset }))
          }}
        />
        <span className={ui.quiet}>{t('admin.presetText')}</span>
      </div>
      {grouped(book.keys.filter(({ key }) => !texts.has(key))).map(([group, keys]) => (
        <Panel key={group} title={term('policyGroup', group)} flush>
          <div className={css.keys}>
            {keys.map(field)}
            {group === 'verify' && verifyKeys(book).map(field)}
          </div>
        </Panel>
      ))}
      <Panel title={term('policyGroup', 'permissions')} flush>
        <PermissionMatrix permissions={book.permissions} value={value} onChange={choose} />
      </Panel>
      <div className={css.bar} role="region" aria-label={t('admin.draft')}>
        <span role="status">{t('admin.changes', { count })}</span>
        <Button
          aria-disabled={count === 0}
          data-disabled={count === 0 || undefined}
          onClick={() => count > 0 && setReviewing(true)}
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
