import { Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useTicks } from '../api/contacts'
import { desk } from '../api/desk'
import { useWords, type Key } from '../i18n/words'
import css from './Contact.module.css'

/** What to think of, by why the customer came. */
const lists: Record<string, readonly Key[]> = {
  cannot_sign_in: ['checklist.username', 'checklist.locks', 'checklist.unlock'],
  cannot_reset: ['checklist.locks', 'checklist.address', 'checklist.day'],
  deactivate: ['checklist.payments', 'checklist.consequence', 'checklist.lock'],
  add_account: ['checklist.holder', 'checklist.webUser', 'checklist.link'],
  navigate: ['checklist.where', 'checklist.show'],
  no_email: ['checklist.sent', 'checklist.spam', 'checklist.again'],
  autopay_paperless: ['checklist.responsible', 'checklist.choice', 'checklist.nextBill'],
  claim_account: ['checklist.search', 'checklist.holder', 'checklist.reactivate'],
}

/** A short list for the reason of a contact. Its ticks are kept as the note is. */
export function Checklist({ contactId, reason }: { contactId: string; reason: string }) {
  const { t } = useWords()
  const client = useQueryClient()
  const ticked = (useTicks(contactId).data ?? '').split(',').filter(Boolean)
  const items = lists[reason]
  if (!items) return null
  const tick = (item: Key, on: boolean) => {
    const kept = [...ticked.filter((each) => each !== item), ...(on ? [item] : [])].join(',')
    client.setQueryData(['draft', contactId], kept)
    desk.saveDraft(contactId, kept).catch(() => undefined)
  }
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <legend>{t('checklist.title')}</legend>
      <ul className={css.checks}>
        {items.map((item) => (
          <li key={item}>
            <Checkbox
              label={t(item)}
              checked={ticked.includes(item)}
              onChange={(event) => tick(item, event.currentTarget.checked)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
