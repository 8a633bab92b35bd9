import { useEffect, useEffectEvent } from 'react'

type Keys = Record<string, () => void>

function named(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? 'Ctrl+' : ''
  return control + (event.key.length === 1 ? event.key.toLowerCase() : event.key)
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null
}

// A dialog closes by Escape while the key is still on its way down, and is gone when it comes up again. Whether one was
// open is thus noted first of all: this listener is older than any dialog's own.
let heldByDialog = false
window.addEventListener('keydown', () => (heldByDialog = dialogIsOpen()), { capture: true })

/** Listens to keys such as "F2" and "Ctrl+f" while mounted. A dialog keeps the keys to itself. */
export function useKeys(keys: Keys): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const act = keys[named(event)]
    if (!act || event.altKey || event.defaultPrevented || heldByDialog) return
    event.preventDefault()
    act()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
