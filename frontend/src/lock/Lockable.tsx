import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { desk, draftsSaved } from '../api/desk'
import { failureFrom } from '../api/failure'
import type { Held, Session } from '../api/session'
import { Frame } from '../frame/Frame'
import { forgetPlaces, go } from '../frame/place'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { LockScreen } from './LockScreen'

/** What the lock's page may show: who is signed in, and whether the portal is there. */
const stays = ['session', 'status']

/**
 * The desk, or the page of its lock in its place. The host owns the lock; the page covers itself first and then asks for it, so
 * that what was typed last is on the disk before nothing is taken any more. While it is locked the host holds what the page held.
 */
export function Lockable({ session }: { session: Session }) {
  const client = useQueryClient()
  const { say } = useNotice()
  const { sentence } = useWords()
  // Which lock was opened here: what is known of the session is a moment older than the answer that opened it.
  const [opened, setOpened] = useState<number>()
  const locked = Boolean(session.locked && session.locked.at !== opened)
  const [away, setAway] = useState(locked)
  const [begin, setBegin] = useState<Held>()
  const held = useRef<Held>(undefined)
  const leave = () => {
    setBegin(undefined)
    setAway(true)
  }
  if (locked && !away) leave()

  const comeBack = useEffectEvent((failure: unknown) => {
    // The host did not lock: the desk goes on as it was.
    setBegin(held.current)
    setAway(false)
    say(sentence(failureFrom(failure)))
  })
  const putAway = useEffectEvent(async () => {
    say('')
    await draftsSaved()
    try {
      if (!locked) await desk.lock()
    } catch (failure) {
      comeBack(failure)
      return
    }
    const { current } = held
    held.current = undefined
    // A host that cannot hold it is no reason for the page to.
    if (current) await desk.keep(current).catch(() => undefined)
    client.removeQueries({ predicate: ({ queryKey }) => !stays.includes(String(queryKey[0])) })
    client.getMutationCache().clear()
    await forgetPlaces()
  })
  useEffect(() => {
    if (away) void putAway()
  }, [away])

  if (!away)
    return <Frame session={session} begin={begin} onLock={leave} onGone={(one) => (held.current = one)} />
  return (
    <LockScreen
      session={session}
      onUnlocked={(back) => {
        setBegin(back)
        go(back.place || '/', { replace: true })
        setOpened(session.locked?.at)
        setAway(false)
        void client.invalidateQueries()
      }}
    />
  )
}
