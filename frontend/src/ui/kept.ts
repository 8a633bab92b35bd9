import { createContext, useContext, useState } from 'react'

/** What was typed into forms and is not sent, by the form's field; it lasts until sign-out. */
export const KeptContext = createContext(new Map<string, string>())

/**
 * A form's text that outlives the form: whoever goes to another tab or page and comes back finds it as they left it.
 * The key names the field and whose it is; stands is the text that stands there before anybody types.
 */
export function useKeptText(key: string, stands: string): [string, (text: string) => void] {
  const kept = useContext(KeptContext)
  const [text, setText] = useState(() => kept.get(key) ?? stands)
  const set = (next: string) => {
    if (next === stands) kept.delete(key)
    else kept.set(key, next)
    setText(next)
  }
  return [text, set]
}

/** The same for a box that is checked or not. */
export function useKeptFlag(key: string, stands: boolean): [boolean, (flag: boolean) => void] {
  const [text, set] = useKeptText(key, String(stands))
  return [text === 'true', (flag) => set(String(flag))]
}
