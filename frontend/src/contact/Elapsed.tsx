import { useEffect, useState } from 'react'
import css from './Contact.module.css'

const two = (n: number) => String(n).padStart(2, '0')

/** How long a contact has lasted: 4:05, or 1:04:05. */
export function lasted(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = `${two(minutes)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '')
}

/** A clock since a moment of the portal's time. now is that time less this computer's. */
export function Elapsed({ since, now }: { since: number; now: number }) {
  const [at, setAt] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setAt(Date.now()), 1000)
    return () => window.clearInterval(timer)
  }, [])
  return <span className={css.time}>{lasted(at + now - since)}</span>
}
