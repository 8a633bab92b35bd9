import { useState } from 'react'
import { mainPerson, serviceAddress, type AccountView } from '../api/account'
import { phone, useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Facts, Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { BillingForm } from '../webusers/BillingForm'
import { ProfileForm } from '../webusers/ProfileForm'
import css from './Account.module.css'
import { Masked } from './Masked'
import { PreferencesForm } from './PreferencesForm'

/** R32 at a glance, and the settings a CSR may change for the customer. */
export function Customer({ view }: { view: AccountView }) {
  const { t, term } = useWords()
  const { date } = useFormats()
  const { account, district, premise } = view
  const person = mainPerson(view)
  const people = view.persons.filter(({ ended_on }) => !ended_on)
  const [chosen, setChosen] = useState('')
  const reached = people.find(({ person_id }) => person_id === chosen) ?? person
  return (
    <div className={css.grid}>
      <Panel title={t('customer.account')}>
        <Facts
          facts={[
            [t('account.number'), account.account_number],
            [t('customer.status'), term('accountStatus', account.status)],
            [t('customer.class'), term('class', account.customer_class)],
            [t('customer.opened'), date(account.opened_on)],
            ...(account.closed_on ? [[t('customer.closed'), date(account.closed_on)] as const] : []),
            [t('customer.service'), serviceAddress(view)],
            [t('customer.premise'), term('premise', premise.kind)],
            [t('customer.billing'), account.billing_address],
            [t('customer.district'), district.name],
            [t('account.nickname'), account.nickname],
          ]}
        />
      </Panel>
      <div className={ui.stack}>
        <PreferencesForm
          key={`${account.autopay} ${account.paperless} ${account.nickname}`}
          account={account}
          pending={view.pending.includes('preferences.change')}
        />
        {reached && (
          <ProfileForm
            account={account.account_number}
            person={reached}
            people={people}
            onPerson={setChosen}
            pending={view.pending.includes('profile.change')}
          />
        )}
        <BillingForm key={`billing ${account.billing_address}`} account={account} />
        <Panel title={t('customer.contact')}>
          <Facts
            facts={[
              [t('customer.name'), person?.name ?? ''],
              [t('customer.phone'), phone(person?.phone ?? '')],
              [t('customer.email'), person?.email ?? ''],
              [t('customer.language'), person ? term('language', person.language) : ''],
              [
                t('customer.identifier'),
                person?.id_last4 && (
                  <Masked
                    key={person.person_id}
                    person={person.person_id}
                    account={account.account_number}
                    field="identifier"
                    name={term('idType', person.id_type)}
                    masked={`••••${person.id_last4}`}
                  />
                ),
              ],
              ...(person && person.kind !== 'business'
                ? [
                    [
                      t('customer.born'),
                      <Masked
                        key={person.person_id}
                        person={person.person_id}
                        account={account.account_number}
                        field="born"
                        name={t('customer.born')}
                        masked="••••••••"
                      />,
                    ] as const,
                  ]
                : []),
            ]}
          />
        </Panel>
      </div>
      <div className={css.wide}>
        <Panel
          title={t('customer.people')}
          flush
          aside={
            <CsvButton
              table={{ name: 'people', account: account.account_number }}
              what={t('customer.people')}
            />
          }
        >
          <table>
            <thead>
              <tr>
                <th scope="col">{t('customer.name')}</th>
                <th scope="col">{t('customer.relationship')}</th>
                <th scope="col">{t('customer.responsible')}</th>
                <th scope="col">{t('customer.phone')}</th>
              </tr>
            </thead>
            <tbody>
              {view.persons.map((each) => (
                <tr key={each.person_id}>
                  <td>
                    {each.name}
                    {each.ended_on && (
                      <div className={css.small}>{t('customer.until', { date: date(each.ended_on) })}</div>
                    )}
                  </td>
                  <td>{term('relationship', each.relationship)}</td>
                  <td>{t(each.financially_responsible ? 'yes' : 'no')}</td>
                  <td className={ui.nowrap}>{phone(each.phone) || '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      </div>
    </div>
  )
}
