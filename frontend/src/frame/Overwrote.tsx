import { useEffect, useRef } from 'react'
import { useOverwrote } from '../api/queries'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'

/** Says once of each change that it was done over what somebody else had changed meanwhile. */
export function Overwrote() {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const { data } = useOverwrote()
  const known = useRef<Set<string>>(undefined)
  useEffect(() => {
    if (!data) return
    const fresh = data.find(({ command_id }) => known.current && !known.current.has(command_id))
    known.current = new Set(data.map(({ command_id }) => command_id))
    if (fresh) say(t('overwrote.said', { name: fresh.name, account: fresh.account, said: sentence(fresh) }))
  }, [data, say, sentence, t])
  return null
}
