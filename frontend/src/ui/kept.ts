import { createContext, useContext, useState } from 'react'
import * as v from 'valibot'

/** What was typed into forms and is not sent, by the form or its field. */
export const KeptContext = createContext(new Map<string, string>())
/** Is told that something was typed: it is written to this computer at the next pause. */
export const KeptChanged = createContext(() => {})

/**
 * A form's text that outlives the form: whoever goes to another tab or page and comes back finds it as they left it.
 * The key names the field and whose it is; stands is the text that stands there before anybody types. Never for a secret. The last of
 * what it gives is called when the text was sent: what stands from then on is the record's, whoever changes that next.
 */
export function useKeptText(key: string, stands: string): [string, (text: string) => void, () => void] {
  const kept = useContext(KeptContext)
  const changed = useContext(KeptChanged)
  const [text, setText] = useState(() => kept.get(key) ?? stands)
  const set = (next: string) => {
    kept.delete(key) // what was typed last stands last
    if (next !== stands) kept.set(key, next)
    changed()
    setText(next)
  }
  const sent = () => {
    kept.delete(key)
    changed()
  }
  return [text, set, sent]
}

/** The same for a box that is checked or not. */
export function useKeptFlag(key: string, stands: boolean): [boolean, (flag: boolean) => void, () => void] {
  const [text, set, sent] = useKeptText(key, String(stands))
  return [text === 'true', (flag) => set(String(flag)), sent]
}

type Value = string | number | boolean | readonly string[]
export type Fields = Record<string, Value>
const written = v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]))

/** The fields that differ from what stands there, as they were kept; what cannot be read was never typed here. */
export function readFields(json: string): Fields {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), written), json)
  return read.success ? read.output : {}
}

/** What a dialog has to know of its form: that it was opened with words that were typed before, and how to begin anew. */
export interface Again {
  again: boolean
  drop: () => void
}

/**
 * A form's fields that outlive the form: closed by whatever way and opened again, it holds what was typed until that is sent or
 * dropped. The key names the form and whom it is about. Never for a secret, nor for what somebody acknowledges.
 */
export function useKeptForm<T extends Fields>(
  key: string,
  stands: T,
): Again & { values: T; set: (change: Partial<T>) => void } {
  const [json, setJson] = useKeptText(key, '')
  const [again, setAgain] = useState(json !== '')
  const typed = Object.entries(readFields(json)).filter(
    ([name, value]) => typeof value === typeof stands[name],
  )
  const values: T = { ...stands, ...Object.fromEntries(typed) }
  return {
    values,
    set: (change) => {
      const next = Object.entries({ ...values, ...change })
      const differ = next.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(stands[name]))
      setJson(differ.length > 0 ? JSON.stringify(Object.fromEntries(differ)) : '')
    },
    again,
    drop: () => {
      setJson('')
      setAgain(false)
    },
  }
}
