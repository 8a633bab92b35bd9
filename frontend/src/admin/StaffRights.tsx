import type { PolicyBook, Staff } from '../api/admin'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import { DraftBar, usePolicyDraft } from './draft'
import { PolicyReview } from './PolicyReview'
import { RightsMatrix } from './RightsMatrix'

/** What is said of one member of staff alone, against their role: saved after a look at what it changes. */
export function StaffRights({ book, person }: { book: PolicyBook; person: Staff }) {
  const { t } = useWords()
  const draft = usePolicyDraft(book, `rights ${person.csr_id}`)
  const of = {
    whom: [{ id: `staff.${person.csr_id}`, name: person.name }],
    unsaid: t('admin.byRole'),
    value: draft.value,
    onChange: draft.choose,
  }
  return (
    <>
      <Panel title={t('admin.rightsOf', { name: person.name, id: person.csr_id })} flush>
        <RightsMatrix group="permissions" what={book.permissions} {...of} />
        <RightsMatrix group="entitlements" what={book.entitlements} {...of} />
      </Panel>
      <DraftBar draft={draft} Review={PolicyReview} saved={t('admin.saved')} />
    </>
  )
}
