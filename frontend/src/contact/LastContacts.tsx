import { useContactHistory, useReasons } from '../api/contacts'
import account from '../account/Account.module.css'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { CallbackRow } from './Callbacks'
import { Level } from './Level'
import { reasonWords } from './reasons'

/** Who talked with this customer last and why, and what was promised to them. */
export function LastContacts({ number }: { number: string }) {
  const { t, language } = useWords()
  const { when } = useFormats()
  const { data, error } = useContactHistory(number)
  const reasons = useReasons().data?.rows
  return (
    <Panel title={t('contact.last')} flush>
      <Trouble error={error} />
      {data?.contacts.length === 0 && data.callbacks.length === 0 && <Empty title={t('contact.never')} />}
      <ul className={account.items}>
        {data?.callbacks.map((promise) => (
          <CallbackRow key={promise.callback_id} promise={promise} />
        ))}
        {data?.contacts.map((contact) => (
          <li key={contact.contact_id}>
            <span>
              {contact.reason
                ? reasonWords(reasons, 'contact', contact.reason, language)
                : t('contact.noReason')}
            </span>
            <span className={account.small}>
              {contact.closed_at === 0
                ? t('contact.lasting')
                : reasonWords(reasons, 'wrap_up', contact.wrap_up, language)}
            </span>
            {contact.verified_level > 0 && <Level contact={contact} />}
            <span className={ui.quiet}>{contact.by}</span>
            <span className={account.small}>{when(contact.opened_at)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
