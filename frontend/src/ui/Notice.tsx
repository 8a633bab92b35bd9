import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'

interface Notices {
  words: string
  say: (words: string) => void
}

const Context = createContext<Notices>({ words: '', say: () => undefined })
const shownFor = 8000

/** Keeps the one short sentence that says what was just done; the status strip shows and speaks it. */
export function NoticeProvider({ children }: { children: ReactNode }) {
  const [words, setWords] = useState('')
  useEffect(() => {
    if (words === '') return
    const timer = window.setTimeout(() => setWords(''), shownFor)
    return () => window.clearTimeout(timer)
  }, [words])
  const say = useCallback((next: string) => setWords(next), [])
  const value = useMemo(() => ({ words, say }), [words, say])
  return <Context value={value}>{children}</Context>
}

export const useNotice = () => useContext(Context)
