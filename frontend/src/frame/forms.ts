import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef } from 'react'
import * as v from 'valibot'
import { typingPause } from '../account/note'
import { desk } from '../api/desk'
import { failureFrom } from '../api/failure'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'

/** Under which name the host keeps what was typed into forms; no account is called so. */
const forms = 'forms'
// More than anybody leaves unsent, and little to write at a pause.
const mostForms = 100
const mostLetters = 200_000

const typed = v.pipe(v.string(), v.parseJson(), v.array(v.tuple([v.string(), v.string()])))

/** What was typed into forms at this computer and not sent, as it is kept for who is signed in; read once, then the window owns it. */
export const useForms = () =>
  useQuery({
    queryKey: ['draft', forms],
    queryFn: async () => {
      const read = v.safeParse(typed, await desk.draft(forms))
      return read.success ? read.output : []
    },
    gcTime: 0,
    staleTime: 'static',
  })

/** The latest of what was typed, within bounds; of nothing ''. */
export function packed(kept: ReadonlyMap<string, string>): string {
  let letters = 0
  const latest = [...kept].reverse().slice(0, mostForms)
  const within = latest.filter(([key, text]) => (letters += key.length + text.length) <= mostLetters)
  return within.length > 0 ? JSON.stringify(within.reverse()) : ''
}

/** Keeps what is typed into forms on this computer at every pause, as notes are. The result is told that something was typed. */
export function useKeeping(kept: ReadonlyMap<string, string>, readable: boolean): () => void {
  const { say } = useNotice()
  const { sentence } = useWords()
  const timer = useRef(0)
  const write = () => {
    timer.current = 0
    const failed = (failure: unknown) => say(sentence(failureFrom(failure)))
    // What could not be read must not be written over.
    if (readable) desk.saveDraft(forms, packed(kept)).catch(failed)
    else failed({ code: 'fault' })
  }
  // Leaving before the pause: what was typed last is kept, too.
  const leave = useEffectEvent(() => {
    if (timer.current === 0) return
    window.clearTimeout(timer.current)
    write()
  })
  useEffect(() => () => leave(), [])
  return () => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(write, typingPause)
  }
}
