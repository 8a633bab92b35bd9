import type { AccountView } from '../api/account'
import { useDraft } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Pending } from '../ui/States'
import { Trouble } from '../ui/Trouble'
import css from './Account.module.css'
import { NoteEditor } from './NoteEditor'

/** Beside every tab: the note of this contact, and the notes before it. */
export function ContactPanel({ view }: { view: AccountView }) {
  const { t } = useWords()
  const { when } = useFormats()
  const account = view.account.account_number
  const draft = useDraft(account)
  return (
    <aside className={css.contact} aria-label={t('note.panel')}>
      {/* A draft that cannot be read must not be written over by an empty one. */}
      <Trouble error={draft.error} />
      {draft.data !== undefined && <NoteEditor account={account} draft={draft.data} />}
      <h2>{t('note.earlier')}</h2>
      {view.notes.length === 0 && <p className={css.small}>{t('note.none')}</p>}
      <ul className={css.notes}>
        {view.notes.map((note) => (
          <li key={note.note_id}>
            <p>{note.text}</p>
            <div className={css.small}>
              {note.by} · {when(note.at)} {note.pending && <Pending />}
            </div>
          </li>
        ))}
      </ul>
    </aside>
  )
}
