import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { mainPerson, serviceAddress, type AccountView } from '../api/account'
import { contacts, useContacts } from '../api/contacts'
import { useDraft } from '../api/queries'
import account from '../account/Account.module.css'
import { NoteEditor } from '../account/NoteEditor'
import type { Front } from '../frame/offers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Pending } from '../ui/States'
import { Trouble } from '../ui/Trouble'
import { InContact } from './InContact'
import { StartContact } from './StartContact'

/**
 * Beside every tab: the contact in front with its note, and the notes before it. An account that is opened beside does not
 * change the contact: its panel says whose it is, and everything in it goes to that account.
 */
export function ContactPanel({ view }: { view: AccountView }) {
  const { t } = useWords()
  const number = view.account.account_number
  const open = useContacts()
  const [wrapped, setWrapped] = useState(0)
  const [verifying, setVerifying] = useState(false)
  const own = open.data?.rows.find((contact) => contact.account_number === number)
  const contact = own ?? open.data?.rows.find(({ front }) => front)
  useFront(own && !own.front ? own.contact_id : undefined)
  const client = useQueryClient()
  const subject = {
    name: mainPerson(view)?.name ?? '—',
    account: number,
    address: serviceAddress(view),
  }
  const about = contact
    ? { name: contact.name, account: contact.account_number, address: contact.service_address }
    : subject
  return (
    <aside className={account.contact} aria-label={t('note.panel')}>
      <Trouble error={open.error} />
      {contact ? (
        <InContact
          key={contact.contact_id}
          contact={contact}
          beside={!own}
          verifying={verifying}
          now={(open.data?.now ?? 0) - open.dataUpdatedAt}
          onWrapped={() => {
            client.setQueryData(['draft', about.account], '')
            setWrapped(wrapped + 1)
          }}
        />
      ) : null}
      {open.data && !own && (
        <StartContact subject={subject} beside={contact !== undefined} onStart={setVerifying} />
      )}
      <Note key={`${about.account} ${wrapped}`} about={about} />
      <Earlier view={view} />
    </aside>
  )
}

/** Puts the contact of the account that is looked at in front. */
function useFront(contactId: string | undefined): void {
  useEffect(() => {
    if (contactId) contacts.front(contactId).catch(() => undefined)
  }, [contactId])
}

function Note({ about }: { about: Front }) {
  const draft = useDraft(about.account)
  return (
    <>
      {/* A draft that cannot be read must not be written over by an empty one. */}
      <Trouble error={draft.error} />
      {draft.data !== undefined && <NoteEditor about={about} draft={draft.data} />}
    </>
  )
}

function Earlier({ view }: { view: AccountView }) {
  const { t } = useWords()
  const { when } = useFormats()
  return (
    <>
      <h2>{t('note.earlier')}</h2>
      {view.notes.length === 0 && <p className={account.small}>{t('note.none')}</p>}
      <ul className={account.notes}>
        {view.notes.map((note) => (
          <li key={note.note_id}>
            <p>{note.text}</p>
            <div className={account.small}>
              {note.by} · {when(note.at)} {note.pending && <Pending />}
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}
