import { IconHelpCircle, IconKeyboard, IconLock, IconLogout } from '@tabler/icons-react'
import { Link, useRoute } from 'wouter'
import { useStatus } from '../api/queries'
import type { Session } from '../api/session'
import { useWords } from '../i18n/words'
import css from './Frame.module.css'
import { keyWords } from './keys'
import { useLastSearch } from './lastSearch'
import { mayGo, places } from './places'
import { Preferences } from './Preferences'

function Entry({ place }: { place: (typeof places)[number] }) {
  const { t } = useWords()
  const { name, path, to, words, Icon, count } = place
  const [here] = useRoute(path)
  const [lastSearch] = useLastSearch()
  const status = useStatus().data
  const waiting = status && count ? count(status) : 0
  const there = name === 'find' && !here ? lastSearch : (to ?? path)
  return (
    <li>
      <Link to={there} className={css.entry} title={t(words)} aria-current={here ? 'page' : undefined}>
        <Icon size={18} stroke={1.75} aria-hidden />
        <span className={css.label}>{t(words)}</span>
        {waiting > 0 && <span className={css.badge}>{waiting}</span>}
      </Link>
    </li>
  )
}

interface Props {
  session: Session
  onSheet: (sheet: 'palette' | 'help' | 'signOut') => void
  onLock: () => void
}

/** Where one can go, who is signed in, and how this computer's window is set up. */
export function Rail({ session, onSheet, onLock }: Props) {
  const { t } = useWords()
  const role = session.user?.role
  return (
    <nav className={css.rail} aria-label={t('rail.label')}>
      <div className={css.brand}>Meterside</div>
      <ul className={css.entries}>
        {places
          .filter((place) => mayGo(place, role))
          .map((place) => (
            <Entry key={place.name} place={place} />
          ))}
      </ul>
      <div className={css.foot}>
        <button
          type="button"
          className={css.entry}
          title={t('frame.palette')}
          onClick={() => onSheet('palette')}
        >
          <IconKeyboard size={18} stroke={1.75} aria-hidden />
          <span className={css.label}>{t('frame.palette')}</span>
          <kbd className={css.kbd}>{keyWords('Mod+k')}</kbd>
        </button>
        <button type="button" className={css.entry} title={t('frame.help')} onClick={() => onSheet('help')}>
          <IconHelpCircle size={18} stroke={1.75} aria-hidden />
          <span className={css.label}>{t('frame.help')}</span>
        </button>
        <Preferences />
        <div className={css.who}>
          <strong>{session.user?.name}</strong>
          <span>
            {session.user?.id} · {t(`role.${role ?? 'csr'}`)}
          </span>
        </div>
        <button type="button" className={css.entry} title={t('desklock.action')} onClick={onLock}>
          <IconLock size={18} stroke={1.75} aria-hidden />
          <span className={css.label}>{t('desklock.action')}</span>
          <kbd className={css.kbd}>{keyWords('Mod+l')}</kbd>
        </button>
        <button
          type="button"
          className={css.entry}
          title={t('rail.signout')}
          onClick={() => onSheet('signOut')}
        >
          <IconLogout size={18} stroke={1.75} aria-hidden />
          <span className={css.label}>{t('rail.signout')}</span>
        </button>
      </div>
    </nav>
  )
}
