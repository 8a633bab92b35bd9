import { NativeSelect } from '@mantine/core'
import type { PolicyBook, PolicyKey } from '../api/admin'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Admin.module.css'
import { DraftBar, usePolicyDraft } from './draft'
import { grouped, roles, textPairs, verifyKeys } from './policy'
import { PolicyField } from './PolicyField'
import { PolicyReview } from './PolicyReview'
import { RightsMatrix } from './RightsMatrix'

/** The policy in groups. What is changed is a draft until it was reviewed: what it changes, and for whom. */
export function PolicyEditor({ book }: { book: PolicyBook }) {
  const { t, term } = useWords()
  const draft = usePolicyDraft(book, 'keys')
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
  const ofRoles = {
    whom: roles.map((role) => ({ id: role, name: t(`role.${role}`) })),
    value: draft.value,
    onChange: draft.choose,
  }
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
          {group === 'entitlements' && (
            <RightsMatrix
              group="entitlements"
              what={book.entitlements}
              unsaid={t('admin.byAll')}
              {...ofRoles}
            />
          )}
        </Panel>
      ))}
      <Panel title={term('policyGroup', 'permissions')} flush>
        <RightsMatrix group="permissions" what={book.permissions} unsaid={t('admin.byRole')} {...ofRoles} />
      </Panel>
      <DraftBar draft={draft} Review={PolicyReview} saved={t('admin.saved')} />
    </>
  )
}
