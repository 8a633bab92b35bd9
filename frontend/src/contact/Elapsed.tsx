import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { OpenContact } from '../api/contacts'
import { useWords } from '../i18n/words'
import css from './Contact.module.css'

const two = (n: number) => String(n).padStart(2, '0')

/** How long a contact has lasted: 4:05, or 1:04:05. */
export function lasted(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = `${two(minutes)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '')
}

/** This computer's time, told each second. */
function useClock(): number {
  const [at, setAt] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setAt(Date.now()), 1000)
    return () => window.clearInterval(timer)
  }, [])
  return at
}

/** A clock since a moment of the portal's time. now is that time less this computer's. */
export function Elapsed({ since, now }: { since: number; now: number }) {
  return <span className={css.time}>{lasted(useClock() + now - since)}</span>
}

/** How long the caller is still verified, where policy ends that before the contact. now is as for Elapsed. */
export function StillVerified({ contact, now }: { contact: OpenContact; now: number }) {
  const { verified_level: level, verified_until: until } = contact
  return level > 0 && until > 0 ? <CountDown until={until} now={now} /> : null
}

function CountDown({ until, now }: { until: number; now: number }) {
  const { t } = useWords()
  const client = useQueryClient()
  const left = until - (useClock() + now)
  const over = left <= 0
  useEffect(() => {
    // What may be seen and done hangs on it, anywhere in the window.
    if (over) void client.invalidateQueries()
  }, [over, client])
  return <span className={css.time}>{t('verify.left', { time: lasted(left) })}</span>
}
