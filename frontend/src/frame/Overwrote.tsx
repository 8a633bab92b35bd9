import { useEffect, useRef } from 'react'
import { useOverwrote } from '../api/queries'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'

/** Says once of each change that it was done over what somebody else had changed meanwhile, or that it waits for a second person. */
export function Overwrote() {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const { data } = useOverwrote()
  const known = useRef<Set<string>>(undefined)
  useEffect(() => {
    if (!data) return
    // What comes back after a time offline is answered at once: each of it is said.
    const fresh = data.filter(({ command_id }) => known.current && !known.current.has(command_id))
    known.current = new Set(data.map(({ command_id }) => command_id))
    const words = fresh.map((change) =>
      t('overwrote.said', { name: change.name, account: change.account, said: sentence(change) }),
    )
    if (words.length > 0) say(words.join(' '))
  }, [data, say, sentence, t])
  return null
}
