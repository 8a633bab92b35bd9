import { useEffect } from 'react'
import { desk } from '../api/desk'

const tellsEvery = 10_000

/** Tells the host now and then that somebody is here: it locks a desk that nobody uses. */
export function useReportUse(): void {
  useEffect(() => {
    let told = 0
    let at = ''
    const used = () => {
      if (Date.now() - told < tellsEvery) return
      told = Date.now()
      desk.used().catch(() => undefined) // a desk that was locked meanwhile says so by itself
    }
    // What moves under a pointer that lies still counts for nothing.
    const moved = ({ screenX, screenY }: PointerEvent) => {
      const now = `${screenX},${screenY}`
      if (at !== '' && now !== at) used()
      at = now
    }
    const heard = { capture: true, passive: true }
    window.addEventListener('pointermove', moved, heard)
    for (const name of ['keydown', 'pointerdown', 'wheel']) window.addEventListener(name, used, heard)
    return () => {
      window.removeEventListener('pointermove', moved, heard)
      for (const name of ['keydown', 'pointerdown', 'wheel']) window.removeEventListener(name, used, heard)
    }
  }, [])
}
