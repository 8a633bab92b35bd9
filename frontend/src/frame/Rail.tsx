import { IconInbox, IconListCheck, IconLogout, IconSearch, type Icon } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { Link, useRoute } from 'wouter'
import { useStatus } from '../api/queries'
import type { Session } from '../api/session'
import { useWords } from '../i18n/words'
import css from './Frame.module.css'
import { useLastSearch } from './lastSearch'
import { Preferences } from './Preferences'
import { SignOut } from './SignOut'

interface Entry {
  to: string
  path: string
  Icon: Icon
  children: ReactNode
}

function Entry({ to, path, Icon, children }: Entry) {
  const [here] = useRoute(path)
  return (
    <li>
      <Link to={to} className={css.entry} aria-current={here ? 'page' : undefined}>
        <Icon size={18} stroke={1.75} aria-hidden />
        {children}
      </Link>
    </li>
  )
}

export function Rail({ session, mayReview }: { session: Session; mayReview: boolean }) {
  const { t } = useWords()
  const [leaving, setLeaving] = useState(false)
  const [lastSearch] = useLastSearch()
  const [searching] = useRoute('/find')
  const attention = useStatus().data?.attention ?? 0
  return (
    <nav className={css.rail} aria-label={t('rail.label')}>
      <div className={css.brand}>Meterside</div>
      <ul className={css.entries}>
        <Entry to={searching ? '/find' : lastSearch} path="/find" Icon={IconSearch}>
          {t('rail.find')}
        </Entry>
        {mayReview && (
          <Entry to="/tasks?by=csr" path="/tasks" Icon={IconListCheck}>
            {t('rail.tasks')}
          </Entry>
        )}
        <Entry to="/attention" path="/attention" Icon={IconInbox}>
          {t('rail.attention')}
          {attention > 0 && <span className={css.badge}>{attention}</span>}
        </Entry>
      </ul>
      <div className={css.foot}>
        <Preferences />
        <div className={css.who}>
          <strong>{session.user?.name}</strong>
          <span>
            {session.user?.id} · {t(`role.${session.user?.role ?? 'csr'}`)}
          </span>
        </div>
        <button type="button" className={css.entry} onClick={() => setLeaving(true)}>
          <IconLogout size={18} stroke={1.75} aria-hidden />
          {t('rail.signout')}
        </button>
      </div>
      {leaving && <SignOut onClose={() => setLeaving(false)} />}
    </nav>
  )
}
