import { IconClockExclamation } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useCallbacks } from '../api/contacts'
import frame from '../frame/Frame.module.css'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

/** A clock further off is set again when it has run out: one for longer than 24 days would run out at once. */
const longest = 60 * 60 * 1000

/** How many of the user's promises are due; it counts on as they become so. */
function useDue(): number {
  const rows = useCallbacks().data?.rows
  const [now, setNow] = useState(Date.now)
  const next = Math.min(...(rows ?? []).map((row) => row.due_at).filter((at) => at > now))
  useEffect(() => {
    if (next === Infinity) return
    const clock = setTimeout(() => setNow(Date.now()), Math.min(next - Date.now() + 1, longest))
    return () => clearTimeout(clock)
  }, [next, now])
  return rows?.filter((row) => row.overdue || row.due_at <= now).length ?? 0
}

/** Calls that were promised for now, wherever in the window somebody is. It is read aloud when there is one more. */
export function DueCallbacks() {
  const { t } = useWords()
  const due = useDue()
  return (
    <span role="status">
      {due > 0 && (
        <Link to="/home" className={`${frame.link} ${ui.state} ${ui.warn}`}>
          <IconClockExclamation size={14} aria-hidden />
          {t('strip.callbacks', { count: due })}
        </Link>
      )}
    </span>
  )
}
