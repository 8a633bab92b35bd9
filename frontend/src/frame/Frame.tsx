import { lazy, Suspense, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import type { Session } from '../api/session'
import { Find } from '../find/Find'
import { useWords } from '../i18n/words'
import { MasqueradeStrip } from '../masquerade/MasqueradeStrip'
import { Empty } from '../ui/Panel'
import css from './Frame.module.css'
import { useKeys } from './keys'
import { LastSearch } from './lastSearch'
import { Rail } from './Rail'
import { StatusStrip } from './StatusStrip'

const Account = lazy(() => import('../account/Account'))
const Tasks = lazy(() => import('../tasks/TasksPage'))
const Attention = lazy(() => import('../attention/AttentionPage'))

/** Whether a role may see what CSRs did on customers' behalf. The portal decides again what it sends. */
function reviews(role: string | undefined): boolean {
  return role === 'supervisor' || role === 'admin'
}

/** The desk: rail, work area, and the strips that stand on every page. */
export function Frame({ session }: { session: Session }) {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const lastSearch = useState('/find')
  const toSearch = () => navigate(lastSearch[0])
  useKeys({ F2: toSearch, 'Ctrl+f': toSearch })
  const mayReview = reviews(session.user?.role)
  return (
    <LastSearch value={lastSearch}>
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
        <MasqueradeStrip />
        <Rail session={session} mayReview={mayReview} />
        <main id="work" className={css.work} tabIndex={-1}>
          <Suspense fallback={null}>
            <Switch>
              <Route path="/find">
                <Find />
              </Route>
              <Route path="/account/:number">
                {({ number }) => <Account key={number} number={decodeURIComponent(number)} />}
              </Route>
              {mayReview && (
                <Route path="/tasks">
                  <Tasks />
                </Route>
              )}
              <Route path="/attention">
                <Attention />
              </Route>
              <Route path="/">
                <Redirect to="/find" replace />
              </Route>
              <Route>
                <Empty title={t('noPage')} />
              </Route>
            </Switch>
          </Suspense>
        </main>
        <StatusStrip />
      </div>
    </LastSearch>
  )
}
