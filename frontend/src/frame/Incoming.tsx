import { Button } from '@mantine/core'
import { IconPhoneIncoming } from '@tabler/icons-react'
import { useEffectEvent, useLayoutEffect } from 'react'
import { useLocation } from 'wouter'
import { useForgetPop, usePop } from '../api/queries'
import type { Pop } from '../api/session'
import { phone } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { useLastCall } from './call'
import css from './Frame.module.css'
import { isField } from './field'
import { accountPlace } from './place'

/** Whether to go elsewhere would tear somebody from a dialog, or from words half written. */
function isBusy(): boolean {
  const at = document.activeElement
  if (document.querySelector('[role="dialog"]')) return true
  return isField(at) && !(at instanceof HTMLInputElement && at.type === 'search')
}

/**
 * Shows the customer whom a phone system names: the account where it is one of this desk's, else the search for what was
 * named. It only goes there; who is calling is still to be verified. Whoever is writing is asked first.
 */
export function Incoming() {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const [, navigate] = useLocation()
  const [, remember] = useLastCall()
  const { data: call } = usePop()
  const forget = useForgetPop()
  const who = (one: Pop) => (one.phone ? phone(one.phone) : one.account || one.email)

  const show = (one: Pop) => {
    remember(one)
    const words = one.account || one.phone || one.email
    navigate(one.here ? accountPlace(one.account) : `/find?${new URLSearchParams({ q: words }).toString()}`)
    say(t(one.phone ? 'call.shown' : 'call.shownOther', { who: who(one) }))
    forget(one.id)
  }
  const arrived = useEffectEvent((one: Pop) => {
    if (one.problem) {
      say(sentence(one.problem))
      forget(one.id)
    } else if (!isBusy()) show(one)
  })
  // Before anything is drawn: the bar stands only where it is wanted.
  useLayoutEffect(() => {
    if (call && call.id > 0) arrived(call)
  }, [call])

  if (!call || call.id === 0) return null
  return (
    <section className={css.call} aria-label={t('call.label')}>
      <IconPhoneIncoming size={18} aria-hidden />
      <span role="alert">{t('call.waits', { who: who(call) })}</span>
      <Button variant="default" onClick={() => show(call)}>
        {t('call.show')}
      </Button>
      <Button variant="subtle" onClick={() => forget(call.id)}>
        {t('call.dismiss')}
      </Button>
    </section>
  )
}
