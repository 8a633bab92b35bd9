import { useMantineColorScheme } from '@mantine/core'
import { lazy, Suspense, useContext, useEffect, useEffectEvent, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { usePolicy } from '../api/queries'
import type { Held, Pop, Session } from '../api/session'
import { ContactStrip } from '../contact/ContactStrip'
import { leftRow } from '../find/returning'
import { useReportUse } from '../lock/used'
import { chooseLanguage, useWords } from '../i18n/words'
import { MasqueradeStrip } from '../masquerade/MasqueradeStrip'
import { KeptChanged, KeptContext } from '../ui/kept'
import { Empty } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Frame.module.css'
import { useForms, useKeeping } from './forms'
import { Help } from './Help'
import { Incoming } from './Incoming'
import { LastCall } from './call'
import { KeyList } from './KeyList'
import { LastSearch, useLastSearch } from './lastSearch'
import { chooseLetters, useLetters } from './letters'
import { newOffers, OffersContext, useActions, type Offers } from './offers'
import { Overwrote } from './Overwrote'
import { Palette } from './Palette'
import { placeNow } from './place'
import { mayGo, places, type PlaceName } from './places'
import { Rail } from './Rail'
import { SignOut } from './SignOut'
import { StatusStrip } from './StatusStrip'
import { useKeyboard } from './useKeyboard'

const Account = lazy(() => import('../account/Account'))
const PersonPage = lazy(() => import('../find/PersonPage'))
const PremisePage = lazy(() => import('../find/PremisePage'))
const Receipt = lazy(() => import('../masquerade/ReceiptPage'))
const Task = lazy(() => import('../tasks/TaskPage'))

type Role = NonNullable<Session['user']>['role']
type Sheets = 'palette' | 'help' | 'keys' | 'signOut'

interface Props {
  session: Session
  /** What it held when it was locked; nothing at first. */
  begin: Held | undefined
  onLock: () => void
  /** Takes what it holds when it goes. */
  onGone: (held: Held) => void
}

/** The desk: rail, work area, and the strips that stand on every page. It begins with what was typed before and not sent. */
export function Frame(props: Props) {
  const forms = useForms()
  if (forms.isPending) return null
  return <Begun {...props} typed={forms.data} />
}

function Begun({ session, begin, typed, onLock, onGone }: Props & { typed: Held['typed'] | undefined }) {
  const lastSearch = useState(begin?.search || '/find')
  const lastCall = useState<Pop>()
  const [offers] = useState(newOffers)
  // What the host held of a locked desk is what it was a moment before; after a restart it held nothing.
  const [kept] = useState(() => new Map([...(typed ?? []), ...(begin?.typed ?? [])]))
  const keep = useKeeping(kept, typed !== undefined)
  useReportUse()
  const gone = useEffectEvent(() => onGone({ place: placeNow(), search: lastSearch[0], typed: [...kept] }))
  useEffect(() => () => gone(), [])
  return (
    <LastSearch value={lastSearch}>
      <OffersContext value={offers}>
        <KeptContext value={kept}>
          <KeptChanged value={keep}>
            <LastCall value={lastCall}>
              <Standing session={session} onLock={onLock} />
            </LastCall>
          </KeptChanged>
        </KeptContext>
      </OffersContext>
    </LastSearch>
  )
}

function Standing({ session, onLock }: Pick<Props, 'session' | 'onLock'>) {
  const { t } = useWords()
  const [sheet, setSheet] = useState<Sheets>()
  const role = session.user?.role
  useFrameActions(role, setSheet, onLock)
  useKeyboard(useLetters())
  const close = () => setSheet(undefined)
  return (
    <div className={css.frame}>
      <a
        className={css.skip}
        href="#work"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('work')?.focus()
        }}
      >
        {t('skip')}
      </a>
      <div className={css.above}>
        <MasqueradeStrip />
        <Incoming />
      </div>
      <Rail session={session} onSheet={setSheet} onLock={onLock} />
      <ContactStrip />
      <main id="work" className={css.work} tabIndex={-1}>
        <Suspense fallback={null}>
          <SwitchedOff />
          <Pages role={role} />
        </Suspense>
      </main>
      <StatusStrip />
      <Overwrote />
      {sheet === 'palette' && <Palette onClose={close} />}
      {sheet === 'help' && <Help onClose={close} onKeys={() => setSheet('keys')} />}
      {sheet === 'keys' && <KeyList onClose={close} />}
      {sheet === 'signOut' && <SignOut onClose={close} />}
    </div>
  )
}

/** What stays open while the utility has the desk switched off: what was made here before, and how the desk stands. */
const stays: readonly PlaceName[] = ['attention', 'diagnostics']

/** Says plainly that the utility switched the desk off, and who can switch it on again. */
function SwitchedOff() {
  const { t, sentence, language } = useWords()
  const off = usePolicy(language).data?.console_off
  if (!off) return null
  return (
    <div role="alert" className={`${ui.alert} ${ui.caution}`}>
      {sentence(off)} {t('admin.offStays')}
    </div>
  )
}

function Pages({ role }: { role: Role | undefined }) {
  const { t, language } = useWords()
  const off = usePolicy(language).data?.console_off
  const open = places.filter(({ name }) => !off || stays.includes(name))
  return (
    <Switch>
      {open
        .filter((place) => mayGo(place, role))
        .map(({ name, path, Page }) => (
          <Route key={name} path={path}>
            <Page />
          </Route>
        ))}
      {off && (
        <Route>
          <Empty title={t('admin.off')} />
        </Route>
      )}
      <Route path="/account/:number">
        {({ number }) => <Account key={number} number={decodeURIComponent(number)} />}
      </Route>
      <Route path="/person/:id">{({ id }) => <PersonPage key={id} id={decodeURIComponent(id)} />}</Route>
      <Route path="/premise/:id">{({ id }) => <PremisePage key={id} id={decodeURIComponent(id)} />}</Route>
      <Route path="/masquerades/:id">{({ id }) => <Receipt key={id} id={decodeURIComponent(id)} />}</Route>
      <Route path="/tasks/:id">{({ id }) => <Task key={id} id={decodeURIComponent(id)} />}</Route>
      <Route path="/">
        <Redirect to="/find" replace />
      </Route>
      <Route>
        <Empty title={t('noPage')} />
      </Route>
    </Switch>
  )
}

/** What can be done wherever one is: to go to a place, to ask for help, to set the window up. */
function useFrameActions(role: Role | undefined, show: (sheet: Sheets) => void, lock: () => void): void {
  const [, navigate] = useLocation()
  const [lastSearch] = useLastSearch()
  const { setColorScheme } = useMantineColorScheme()
  const letters = useLetters()
  const kept = useContext(KeptContext)
  const offers: Offers = {
    palette: { run: () => show('palette') },
    help: { run: () => show('help') },
    keys: { run: () => show('keys') },
    english: { run: () => void chooseLanguage('en') },
    spanish: { run: () => void chooseLanguage('es') },
    light: { run: () => setColorScheme('light') },
    dark: { run: () => setColorScheme('dark') },
    auto: { run: () => setColorScheme('auto') },
    letters: { run: () => chooseLetters(!letters) },
    lockDesk: { run: lock },
    signOut: { run: () => show('signOut') },
  }
  for (const place of places)
    if (mayGo(place, role))
      offers[`go.${place.name}`] = {
        run: () => {
          if (place.name === 'find') kept.delete(leftRow) // who asks for the search wants its box
          navigate(place.name === 'find' ? lastSearch : (place.to ?? place.path))
        },
      }
  useActions(offers, { behind: true })
}
