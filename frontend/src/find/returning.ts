import { use, useEffect, useRef, type RefObject } from 'react'
import { KeptContext } from '../ui/kept'

/** Under which name the window keeps the result that was left. */
export const leftRow = 'find.row'

/**
 * Remembers the result that has the focus, and on coming back to the same search gives it the focus again, in view. Without
 * one the box has it, its text selected.
 */
export function useReturn(
  list: RefObject<HTMLElement | null>,
  box: RefObject<HTMLInputElement | null>,
  place: string,
  settled: boolean,
): void {
  const kept = use(KeptContext)
  const came = useRef(false)
  useEffect(() => {
    const left = kept.get(leftRow)
    if (came.current || (left !== undefined && !settled)) return
    came.current = true
    const row = [...(list.current?.querySelectorAll<HTMLElement>('a[href]') ?? [])].find(
      (link) => `${place} ${link.getAttribute('href') ?? ''}` === left,
    )
    if (!row) {
      if (document.activeElement === box.current) box.current?.select()
      return
    }
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'center' })
  }, [kept, list, box, place, settled])
  useEffect(() => {
    const here = list.current
    const focused = (event: FocusEvent) => {
      if (event.target instanceof HTMLAnchorElement)
        kept.set(leftRow, `${place} ${event.target.getAttribute('href') ?? ''}`)
    }
    here?.addEventListener('focusin', focused)
    return () => here?.removeEventListener('focusin', focused)
  }, [kept, list, place, settled])
}
