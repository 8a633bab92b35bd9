import { IconPhone } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import { contacts, useContacts } from '../api/contacts'
import { accountPlace } from '../frame/place'
import { useWords } from '../i18n/words'
import css from './Contact.module.css'
import { Elapsed, StillVerified } from './Elapsed'
import { Level } from './Level'

/** The open contacts, up to four: whose each is, how far they are verified, and since when it lasts. */
export function ContactStrip() {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const { data, dataUpdatedAt } = useContacts()
  if (!data || data.rows.length === 0) return null
  return (
    <nav className={css.strip} aria-label={t('contact.open')}>
      {data.rows.map((contact) => (
        <button
          key={contact.contact_id}
          type="button"
          className={css.tab}
          aria-current={contact.front ? 'true' : undefined}
          onClick={() => {
            contacts.front(contact.contact_id).catch(() => undefined)
            navigate(accountPlace(contact.account_number))
          }}
        >
          <IconPhone size={16} aria-hidden />
          <span>{contact.name || '—'}</span>
          <span>{contact.account_number}</span>
          <Level contact={contact} />
          <StillVerified contact={contact} now={data.now - dataUpdatedAt} />
          <Elapsed since={contact.opened_at} now={data.now - dataUpdatedAt} />
        </button>
      ))}
    </nav>
  )
}
