import { IconCircleCheck, IconClockHour4, IconLock, type Icon } from '@tabler/icons-react'
import { Fragment } from 'react'
import { Link } from 'wouter'
import type { Lock, WebUser } from '../api/account'
import { accountPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CopyId } from '../ui/CopyId'
import { Facts, Panel } from '../ui/Panel'
import { Pending, PortalStatus } from '../ui/States'
import ui from '../ui/ui.module.css'
import { useElsewhere } from '../webusers/glance'
import { OpenTasks } from '../webusers/OpenTasks'
import { Recoveries } from '../webusers/Recoveries'
import css from './Account.module.css'
import { UserActions } from './Actions'
import type { OpenDialog } from './Dialogs'

interface Props {
  user: WebUser
  account: string
  onDialog: (open: OpenDialog) => void
}

const marks: Record<WebUser['tyler_status'], { Icon: Icon; tone: string | undefined }> = {
  active: { Icon: IconCircleCheck, tone: ui.good },
  pending: { Icon: IconClockHour4, tone: ui.warn },
  locked: { Icon: IconLock, tone: ui.bad },
}

function LockFacts({ lock }: { lock: Lock }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  return (
    <div>
      {t(`lockKind.${lock.lock}`)} {lock.pending && <Pending />}
      <div className={css.small}>
        {[lock.by, lock.at ? when(lock.at) : '', lock.reason ? term('reason', lock.reason) : '', lock.words]
          .filter(Boolean)
          .join(' · ')}
      </div>
    </div>
  )
}

/** The profile of one web user, with what may be done to it. */
export function WebUserPanel({ user, account, onDialog }: Props) {
  const { t, term } = useWords()
  const { when } = useFormats()
  const elsewhere = useElsewhere()
  const moment = (at: number) => (at ? when(at) : t('never'))
  const { Icon, tone } = marks[user.tyler_status]
  const others = user.accounts.filter((number) => number !== account)
  return (
    <Panel
      title={user.name || user.username}
      aside={
        <span className={ui.row}>
          {user.pending && <Pending />}
          {user.default_profile && <span className={ui.quiet}>{t('webUser.default')}</span>}
        </span>
      }
    >
      <div className={ui.stack}>
        <Facts
          facts={[
            [t('webUser.username'), user.username],
            [t('webUser.email'), user.email],
            [t('webUser.id'), <CopyId key="id" id={user.web_user_id} label={t('webUser.id')} />],
            [
              t('webUser.status'),
              <span key="status" className={ui.row}>
                <span className={`${ui.state} ${tone}`}>
                  <Icon size={14} aria-hidden />
                  {t(`tyler.${user.tyler_status}`)}
                </span>
                <PortalStatus status={user.portal_status} />
              </span>,
            ],
            [
              t('webUser.passwordLocked'),
              elsewhere ? (
                t('elsewhere.profile')
              ) : (
                <span key="password" className={user.password_locked ? ui.bad : undefined}>
                  {t(user.password_locked ? 'yes' : 'no')}
                </span>
              ),
            ],
            ...(user.locks.length > 0
              ? [
                  [
                    t('webUser.locks'),
                    <Fragment key="locks">
                      {user.locks.map((lock) => (
                        <LockFacts key={lock.lock} lock={lock} />
                      ))}
                    </Fragment>,
                  ] as const,
                ]
              : []),
            [
              t('webUser.lastCustomer'),
              elsewhere ? t('elsewhere.profile') : moment(user.last_customer_logon),
            ],
            [t('webUser.lastCsr'), moment(user.last_csr_logon)],
            [t('webUser.role'), term('webRole', user.role)],
            [t('customer.relationship'), term('relationship', user.relationship)],
            [t('customer.responsible'), t(user.financially_responsible ? 'yes' : 'no')],
            [
              t('webUser.accounts'),
              others.length === 0 ? (
                t('webUser.onlyThis')
              ) : (
                <span key="accounts" className={ui.row}>
                  {others.map((number) => (
                    <Link key={number} to={accountPlace(number)}>
                      {number}
                    </Link>
                  ))}
                </span>
              ),
            ],
            [
              t('masquerades.title'),
              <Link key="masquerades" to={`/masquerades?user=${encodeURIComponent(user.web_user_id)}`}>
                {t('masquerades.asThis')}
              </Link>,
            ],
            [t('webUser.openTasks'), <OpenTasks key="tasks" user={user} />],
            ...(user.recoveries.length > 0
              ? [
                  [
                    t('recovery.given'),
                    <Recoveries key="recoveries" user={user} account={account} />,
                  ] as const,
                ]
              : []),
          ]}
        />
        <div className={ui.row}>
          <UserActions user={user} account={account} onDialog={onDialog} named />
        </div>
      </div>
    </Panel>
  )
}
