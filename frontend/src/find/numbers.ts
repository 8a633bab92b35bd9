import { useEffect, type RefObject } from 'react'

/** Alt and a digit open the result at that place, from wherever the focus is on the page. */
export function useNumbers(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const at = /^Digit([1-9])$/.exec(event.code)?.[1]
      if (!event.altKey || event.ctrlKey || event.metaKey || at === undefined) return
      const link = list.current?.querySelectorAll<HTMLElement>('a[href]')[Number(at) - 1]
      if (!link) return
      event.preventDefault()
      link.focus()
      link.click()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [list])
}
