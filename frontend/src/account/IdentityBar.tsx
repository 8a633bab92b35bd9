import { Button, NativeSelect } from '@mantine/core'
import { IconArrowLeft, IconCreditCard, IconFlag, IconId, IconKey } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { defaultProfile, mainPerson, serviceAddress, type AccountView } from '../api/account'
import { useLastSearch } from '../frame/lastSearch'
import { accountPlace } from '../frame/place'
import { phone, useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { useElsewhere } from '../webusers/glance'
import { CopyId } from '../ui/CopyId'
import { LockedMark, Pending, PortalStatus } from '../ui/States'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'
import { Actions } from './Actions'
import type { OpenDialog } from './Dialogs'
import { Masked } from './Masked'
import { Others } from './Others'

function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className={css.pair}>
      <span>{name}</span>
      <span>{children}</span>
    </span>
  )
}

interface Props {
  view: AccountView
  onDialog: (open: OpenDialog) => void
}

/** Who the CSR is looking at; it stays on the screen whatever the tab. */
export function IdentityBar({ view, onDialog }: Props) {
  const { t, term } = useWords()
  const { when } = useFormats()
  const [, navigate] = useLocation()
  const [lastSearch] = useLastSearch()
  const { account, other_accounts: others } = view
  const inUse = view.web_users_closed?.code !== 'portal_off'
  const person = mainPerson(view)
  const profile = defaultProfile(view)
  const elsewhere = useElsewhere()
  const moment = (at: number) => (at ? when(at) : t('never'))
  return (
    <header className={css.who}>
      <div className={css.line}>
        <Link to={lastSearch} className={ui.state}>
          <IconArrowLeft size={16} aria-hidden />
          {t('account.back')}
        </Link>
        <Link to="/find" className={ui.nowrap}>
          {t('find.all')}
        </Link>
        <h1>{person?.name || '—'}</h1>
        {inUse && <PortalStatus status={view.portal_status} />}
        {view.locked && <LockedMark />}
        {view.pending.length > 0 && <Pending />}
        {account.status !== 'active' && (
          <strong className={ui.bad}>{term('accountStatus', account.status)}</strong>
        )}
        {account.flags.map((flag) => (
          <span key={flag} className={css.flag}>
            <IconFlag size={12} aria-hidden />
            {term('flag', flag)}
          </span>
        ))}
        <Others account={account.account_number} />
        <div className={`${css.push} ${ui.row}`}>
          <Link to={`/payments?account=${encodeURIComponent(account.account_number)}`} className={ui.state}>
            <IconCreditCard size={16} aria-hidden />
            {t('payments.go')}
          </Link>
          {profile && (
            <>
              <Button
                variant="default"
                leftSection={<IconId size={16} aria-hidden />}
                onClick={() => onDialog({ kind: 'profile', user: profile.web_user_id })}
              >
                {t('webUsers.profiles')}
              </Button>
              <Button
                variant="default"
                leftSection={<IconKey size={16} aria-hidden />}
                onClick={() => onDialog({ kind: 'recovery', user: profile.web_user_id })}
              >
                {t('recovery.title')}
              </Button>
            </>
          )}
          <Actions view={view} onDialog={onDialog} />
        </div>
      </div>
      <div className={css.line}>
        <Pair name={t('account.number')}>
          <CopyId id={account.account_number} label={t('account.number')} />
        </Pair>
        {others.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={t('account.others')}
            value={account.account_number}
            data={[
              { value: account.account_number, label: t('account.otherCount', { count: others.length }) },
              ...others.map((number) => ({ value: number, label: number })),
            ]}
            onChange={(event) => navigate(accountPlace(event.currentTarget.value))}
          />
        )}
        <strong>{serviceAddress(view)}</strong>
        <span>{term('class', account.customer_class)}</span>
        {person?.phone && <span>{phone(person.phone)}</span>}
        {person?.email && <span>{person.email}</span>}
        {person?.id_last4 && (
          <Masked
            key={person.person_id}
            person={person.person_id}
            account={account.account_number}
            field="identifier"
            name={term('idType', person.id_type)}
            masked={`••••${person.id_last4}`}
          />
        )}
        {person && person.kind !== 'business' && (
          <Masked
            key={`born ${person.person_id}`}
            person={person.person_id}
            account={account.account_number}
            field="born"
            name={t('customer.born')}
            masked="••••••••"
          />
        )}
      </div>
      {inUse && (
        <div className={`${css.line} ${css.small}`}>
          <Pair name={t('account.portalEmail')}>{view.portal_email || '—'}</Pair>
          <Pair name={t('account.byCustomer')}>
            {elsewhere ? t('elsewhere.profile') : moment(view.last_customer_logon)}
          </Pair>
          <Pair name={t('account.byCsr')}>{moment(view.last_csr_logon)}</Pair>
        </div>
      )}
      {view.fetched_at > 0 && (
        <p className={`${ui.alert} ${ui.caution}`}>{t('fetched.notice', { when: when(view.fetched_at) })}</p>
      )}
    </header>
  )
}
