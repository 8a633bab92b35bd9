import { useLocation } from 'wouter'
import { defaultProfile, mainPerson, serviceAddress, type AccountView } from '../api/account'
import { desk } from '../api/desk'
import { usePolicy } from '../api/queries'
import { isField } from '../frame/field'
import { useLastSearch } from '../frame/lastSearch'
import { useActions, type Offer, type Offers } from '../frame/offers'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import type { OpenDialog } from './Dialogs'
import { tabs, type Tab } from './tabs'

interface Console {
  number: string
  view: AccountView | undefined
  onTab: (tab: Tab) => void
  onDialog: (open: OpenDialog) => void
}

/** The actions of the console, each bound to its account; those of a web user are its default profile's, as in the bar. */
export function useAccountActions({ number, view, onTab, onDialog }: Console): void {
  const { t, sentence, language } = useWords()
  const { say } = useNotice()
  const policy = usePolicy(language).data
  const [, navigate] = useLocation()
  const [lastSearch] = useLastSearch()

  const user = view && defaultProfile(view)
  const target = { web_user_id: user?.web_user_id ?? '', account: number }
  const open = (kind: OpenDialog['kind']) => () => onDialog({ kind, user: target.web_user_id })
  const lock = user?.locks[0]
  const withUser = (offer: Offer) =>
    user
      ? offer
      : {
          run: () => undefined,
          held: view?.web_users_closed ? sentence(view.web_users_closed) : t('account.noWebUser'),
        }
  const offers: Offers = {
    masquerade:
      policy?.masquerade.mode === 'off' || policy?.portal_in_use === false
        ? 'off'
        : withUser({ run: open('masquerade'), gate: { kind: 'masquerade.start', args: target } }),
    lock: withUser({
      run: open('lock'),
      gate: { kind: 'web_user.lock', args: target },
      held: user?.locks.some((each) => each.lock === 'csr') ? t('frame.alreadyLocked') : undefined,
    }),
    unlock: lock && {
      run: open('unlock'),
      gate: { kind: 'web_user.unlock', args: { ...target, lock: lock.lock } },
    },
    webusers: { run: () => onTab('webusers') },
    copyAccount: { run: () => void desk.copyText(number).then(() => say(t('copied', { id: number }))) },
    back: {
      run: () => {
        if (!isField(document.activeElement)) navigate(lastSearch)
      },
    },
  }
  for (const tab of tabs) offers[`tab.${tab}`] = { run: () => onTab(tab) }
  const front = view && {
    name: mainPerson(view)?.name ?? '—',
    account: number,
    address: serviceAddress(view),
  }
  useActions(view ? offers : { back: offers.back }, { front })
}
