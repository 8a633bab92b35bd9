import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { desk } from '../api/desk'

// Longer than between two letters of a word, and short enough that a note is on the disk within 300 ms.
export const typingPause = 150

/** The most letters of a note. */
export const longestNote = 4000

/**
 * A note that is being typed, in the panel or as its contact is wrapped up: every pause is kept on this computer. `draft` is what is
 * kept of it, and every editor of the note begins with it and follows it.
 */
export function useNote(account: string, draft: string) {
  const client = useQueryClient()
  const [text, setText] = useState(draft)
  const [kept, setKept] = useState(draft)
  const [seen, setSeen] = useState(draft)
  const [failure, setFailure] = useState<unknown>()
  const [sending, setSending] = useState(false)
  if (draft !== seen) {
    setSeen(draft)
    // Typed into another editor, which keeps it.
    if (draft !== text) {
      setText(draft)
      setKept(draft)
    }
  }

  const type = (words: string) => {
    setText(words)
    client.setQueryData(['draft', account], words)
  }
  /** The note was written, which drops its draft. */
  const written = () => {
    type('')
    setKept('')
  }
  /** Sends it. It is on the disk before, whatever becomes of that, and is not kept again meanwhile: what was sent drops the draft. */
  const send = async <Result>(it: () => Promise<Result>) => {
    setSending(true)
    try {
      if (text !== kept) await desk.saveDraft(account, text)
      setKept(text)
      return await it()
    } finally {
      setSending(false)
    }
  }

  const keep = useEffectEvent((words: string) => {
    if (words === kept || sending) return
    desk.saveDraft(account, words).then(
      () => {
        setKept(words)
        setFailure(undefined)
      },
      (failed: unknown) => setFailure(failed),
    )
  })
  useEffect(() => {
    const timer = window.setTimeout(() => keep(text), typingPause)
    return () => window.clearTimeout(timer)
  }, [text])
  // Leaving before the pause: what was typed last is kept, too.
  const latest = useRef({ text, kept })
  useEffect(() => {
    latest.current = { text, kept }
  }, [text, kept])
  useEffect(
    () => () => {
      const { text: words, kept: before } = latest.current
      // Where the note was written with the wrap-up there is no draft of it any more.
      const stands = client.getQueryData(['draft', account]) !== ''
      // Nobody is left to tell; the next account's own saving reports a disk that fails.
      if (words !== before && (stands || words === '')) desk.saveDraft(account, words).catch(() => undefined)
    },
    [account, client],
  )
  return { text, type, kept: text === kept, failure, send, written }
}
