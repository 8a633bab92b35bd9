import { usePremise } from '../api/find'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Facts, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import { AccountLink, Plain } from './Plain'

/** A place that can be served: nobody's console, but who had service there. */
export default function PremisePage({ id }: { id: string }) {
  const { t, term } = useWords()
  const { date } = useFormats()
  const { data, error } = usePremise(id)
  if (error) return <Trouble error={error} />
  if (!data) return null
  const { premise, service_address, district, accounts } = data
  return (
    <Plain
      title={service_address}
      kind={t(premise.vacant ? 'hit.premise' : 'place.served')}
      why={t(premise.vacant ? 'place.nobody' : 'place.somebody')}
    >
      <Panel title={t('place.title')}>
        <Facts
          facts={[
            [t('place.id'), premise.premise_id],
            [t('customer.premise'), term('premise', premise.kind)],
            [t('customer.district'), district.name || district.id],
          ]}
        />
      </Panel>
      {accounts.length > 0 && (
        <Panel title={t('place.accounts')} flush>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('account.number')}</th>
                <th scope="col">{t('customer.name')}</th>
                <th scope="col">{t('customer.status')}</th>
                <th scope="col">{t('customer.opened')}</th>
                <th scope="col">{t('customer.closed')}</th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((account) => (
                <tr key={account.account_number}>
                  <td>
                    <AccountLink number={account.account_number} here />
                  </td>
                  <td>{account.name || '—'}</td>
                  <td>{term('accountStatus', account.status)}</td>
                  <td>{date(account.opened_on)}</td>
                  <td>{account.closed_on ? date(account.closed_on) : '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
    </Plain>
  )
}
