import { NativeSelect, Textarea } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { longestNote, useNote } from '../account/note'
import { contacts, useReasons, type OpenContact } from '../api/contacts'
import { useDo, useDraft } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { offered } from './reasons'

interface Props {
  contact: OpenContact
  subject: ReactNode
  onClose: () => void
  onDone: () => void
}

/** Ends a contact: how it went, and its note as it was typed beside. */
export function WrapUpDialog({ contact, subject, onClose, onDone }: Props) {
  const { t, language } = useWords()
  const [code, setCode] = useState('resolved')
  const draft = useDraft(contact.account_number)
  const note = useNote(contact.account_number, draft.data ?? '')
  const close = useDo(
    (args: Parameters<typeof contacts.close>[0]) => note.send(() => contacts.close(args)),
    onDone,
  )
  return (
    <Dialog
      title={t('wrapup.title')}
      subject={subject}
      yes={t('wrapup.yes')}
      no={t('cancel')}
      ready={code !== ''}
      busy={close.busy}
      error={close.failure ?? note.failure ?? draft.error}
      onYes={() =>
        close.run({
          contact_id: contact.contact_id,
          account: contact.account_number,
          wrap_up: code,
          note: note.text.trim(),
        })
      }
      onClose={onClose}
    >
      <NativeSelect
        data-autofocus
        label={t('wrapup.code')}
        value={code}
        data={offered(useReasons().data?.rows, 'wrap_up', language)}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {/* A draft that cannot be read must not be written over by an empty one. */}
      {draft.data !== undefined && (
        <Textarea
          label={t('note.label')}
          value={note.text}
          rows={5}
          maxLength={longestNote}
          onChange={(event) => note.type(event.currentTarget.value)}
        />
      )}
      {contact.verified_level > 0 && <p>{t('wrapup.verification')}</p>}
    </Dialog>
  )
}
