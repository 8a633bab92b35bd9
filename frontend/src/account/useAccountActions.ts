import { useLocation } from 'wouter'
import { defaultProfile, mainPerson, serviceAddress, type AccountView, type WebUser } from '../api/account'
import { desk, type Action } from '../api/desk'
import { usePolicy } from '../api/queries'
import { isField } from '../frame/field'
import { useLastSearch } from '../frame/lastSearch'
import type { ActionName } from '../frame/actions'
import { useActions, type Offer, type Offers } from '../frame/offers'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import type { DialogKind, OpenDialog } from './Dialogs'
import { tabs, type Tab } from './tabs'

/** What is done on one of the tabs: on the others the action leads there. */
const onTabs: readonly (readonly [ActionName, Tab])[] = [
  ['resend', 'notifications'],
  ['explain', 'billing'],
  ['billPdf', 'billing'],
  ['olderBills', 'billing'],
  ['intervals', 'usage'],
  ['greenButton', 'usage'],
  ['olderLog', 'activity'],
  ['savePreferences', 'customer'],
  ['saveProfile', 'customer'],
  ['saveBilling', 'customer'],
]

interface Console {
  number: string
  view: AccountView | undefined
  /** The tab that is shown. */
  tab: Tab
  onTab: (tab: Tab) => void
  onDialog: (open: OpenDialog) => void
}

/** The actions of the console, each bound to its account; those of a web user are its default profile's, as in the bar. */
export function useAccountActions({ number, view, tab: shown, onTab, onDialog }: Console): void {
  const { t, sentence, language } = useWords()
  const { say } = useNotice()
  const policy = usePolicy(language).data
  const [, navigate] = useLocation()
  const [lastSearch] = useLastSearch()

  const user = view && defaultProfile(view)
  const target = { web_user_id: user?.web_user_id ?? '', account: number }
  const open = (kind: OpenDialog['kind']) => () => onDialog({ kind, user: target.web_user_id })
  const lock = user?.locks[0]
  // Which of several it is for is not to be guessed.
  const of = view && view.web_users.length > 1 ? user?.username : undefined
  const withUser = (offer: Offer) =>
    user
      ? { ...offer, of }
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
    unlock:
      lock &&
      withUser({
        run: open('unlock'),
        gate: { kind: 'web_user.unlock', args: { ...target, lock: lock.lock } },
      }),
    ...profileOffers(user, (kind, gate) =>
      withUser({ run: open(kind), gate: gate && { kind: gate, args: target } }),
    ),
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
  const leads: Offers = {}
  for (const [name, tab] of onTabs)
    if (tab !== shown) leads[name] = { run: () => onTab(tab), of: t('frame.onTab', { tab: t(`tab.${tab}`) }) }
  // Before the caller is verified there are no tabs to lead to.
  useActions(view?.verify_first === 0 ? leads : {}, { behind: true })
}

/** What else may be done for a web user; what does not fit how they stand is not offered. */
function profileOffers(
  user: WebUser | undefined,
  offer: (kind: DialogKind, gate?: Action) => Offer,
): Pick<
  Offers,
  'profile' | 'recovery' | 'activation' | 'email' | 'link' | 'unlink' | 'deactivate' | 'reactivate'
> {
  const pending = user?.enrolment === 'pending'
  return {
    profile: offer('profile'),
    // Its dialog says itself what has to be unlocked first.
    recovery: pending ? undefined : offer('recovery'),
    activation: pending ? offer('activation', 'activation.resend') : undefined,
    link: offer('link', 'account.link'),
    email: offer('email', 'login_email.change'),
    unlink: offer('unlink', 'web_user.unlink'),
    deactivate: user?.deactivated ? undefined : offer('deactivate', 'portal_account.deactivate'),
    reactivate: user?.deactivated ? offer('reactivate', 'portal_account.reactivate') : undefined,
  }
}
