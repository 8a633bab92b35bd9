import { usePerson } from '../api/find'
import { phone, useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Facts, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import { AccountLink, Plain } from './Plain'

/** A person who is on no account: what is known of them, and on which account they once were. */
export default function PersonPage({ id }: { id: string }) {
  const { t, term } = useWords()
  const { date } = useFormats()
  const { data, error } = usePerson(id)
  if (error) return <Trouble error={error} />
  if (!data) return null
  const { person, name, accounts } = data
  return (
    <Plain
      title={name || t('find.noName')}
      kind={t(person.prospect ? 'hit.prospect' : 'hit.contact')}
      why={t(accounts.length > 0 ? 'person.onceCustomer' : 'person.noAccount')}
    >
      <Panel title={t('customer.contact')}>
        <Facts
          facts={[
            [t('person.id'), person.person_id],
            [t('customer.phone'), phone(person.phone)],
            [t('customer.email'), person.email],
            [t('customer.language'), term('language', person.language)],
            [
              t('customer.identifier'),
              person.id_last4 && `${term('idType', person.id_type)} ••••${person.id_last4}`,
            ],
          ]}
        />
      </Panel>
      {accounts.length > 0 && (
        <Panel title={t('person.accounts')} flush>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('account.number')}</th>
                <th scope="col">{t('customer.service')}</th>
                <th scope="col">{t('customer.relationship')}</th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((on) => (
                <tr key={on.account_number}>
                  <td>
                    <AccountLink number={on.account_number} here={on.here} />
                  </td>
                  <td>{on.service_address || '—'}</td>
                  <td>
                    {term('relationship', on.relationship)}
                    {on.ended_on && ` · ${t('customer.until', { date: date(on.ended_on) })}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
    </Plain>
  )
}
