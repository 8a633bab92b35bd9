import { NativeSelect } from '@mantine/core'
import type { PolicyBook, PolicyKey } from '../api/admin'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Admin.module.css'
import { DraftBar, usePolicyDraft } from './draft'
import { grouped, textPairs, verifyKeys } from './policy'
import { PermissionMatrix } from './PermissionMatrix'
import { PolicyField } from './PolicyField'
import { PolicyReview } from './PolicyReview'

/** The policy in groups. What is changed is a draft until it was reviewed: what it changes, and for whom. */
export function PolicyEditor({ book }: { book: PolicyBook }) {
  const { t, term } = useWords()
  const draft = usePolicyDraft(book)
  // Texts stand side by side on a page of their own.
  const texts = new Set(textPairs(book.keys).flatMap(({ keys }) => keys.map(({ key }) => key)))
  const field = (of: PolicyKey) => (
    <PolicyField
      key={of.key}
      of={of}
      value={draft.value(of.key)}
      changed={of.key in draft.changes}
      entry={book.entries.find(({ policy_key }) => policy_key === of.key)}
      onChange={(chosen) => draft.choose(of.key, chosen)}
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
            if (preset) draft.fill(preset)
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
        <PermissionMatrix permissions={book.permissions} value={draft.value} onChange={draft.choose} />
      </Panel>
      <DraftBar draft={draft} Review={PolicyReview} saved={t('admin.saved')} />
    </>
  )
}
