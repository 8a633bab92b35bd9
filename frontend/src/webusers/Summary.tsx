import { Link } from 'wouter'
import type { OpenDialog } from '../account/Dialogs'
import type { AccountView } from '../api/account'
import { accountPlace } from '../frame/place'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Panel } from '../ui/Panel'
import { PortalStatus } from '../ui/States'
import ui from '../ui/ui.module.css'
import { UserMenu } from './UserMenu'

interface Props {
  view: AccountView
  onDialog: (open: OpenDialog) => void
}

/** The web users of the account, each once, and who owes its bills (R36). */
export function Summary({ view, onDialog }: Props) {
  const { t, term } = useWords()
  const account = view.account.account_number
  const users = [...view.web_users].sort((a, b) => Number(b.default_profile) - Number(a.default_profile))
  const responsible = view.persons.filter((person) => person.financially_responsible && !person.ended_on)
  return (
    <>
      <Panel
        title={t('webUsers.summary')}
        flush
        aside={<CsvButton table={{ name: 'web_users', account }} what={t('webUsers.summary')} />}
      >
        <table className={ui.dense} aria-label={t('webUsers.summary')}>
          <thead>
            <tr>
              <th scope="col">{t('webUser.username')}</th>
              <th scope="col">{t('webUser.role')}</th>
              <th scope="col">{t('customer.relationship')}</th>
              <th scope="col">{t('customer.responsible')}</th>
              <th scope="col">{t('webUsers.accounts')}</th>
              <th scope="col">{t('webUser.status')}</th>
              <th scope="col">{t('webUser.openTasks')}</th>
              <th scope="col">{t('webUsers.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <tr key={user.web_user_id}>
                <td className={ui.breaks}>
                  {user.name}
                  <div className={ui.fine}>{user.username}</div>
                </td>
                <td>{term('webRole', user.role)}</td>
                <td>{term('relationship', user.relationship)}</td>
                <td>{t(user.financially_responsible ? 'yes' : 'no')}</td>
                <td>
                  {user.accounts.map((number) =>
                    number === account ? (
                      <div key={number}>{number}</div>
                    ) : (
                      <div key={number}>
                        <Link to={accountPlace(number, 'webusers')}>{number}</Link>
                      </div>
                    ),
                  )}
                </td>
                <td>
                  <PortalStatus status={user.portal_status} />
                </td>
                <td>
                  {user.open_tasks > 0 ? (
                    <Link to={accountPlace(account, 'tasks')}>{user.open_tasks}</Link>
                  ) : (
                    '0'
                  )}
                </td>
                <td>
                  <UserMenu user={user} account={account} onDialog={onDialog} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel title={t('webUsers.responsible')}>
        {responsible.length === 0 ? (
          <p>{t('webUsers.responsibleNone')}</p>
        ) : (
          <ul aria-label={t('webUsers.responsible')}>
            {responsible.map((person) => (
              <li key={person.person_id}>
                {person.name} · {term('relationship', person.relationship)}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  )
}
