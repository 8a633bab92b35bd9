import { useEffect, useEffectEvent } from 'react'
import { actions, keysFor, type Action } from './actions'
import { isField } from './field'
import { isMac, pressed } from './keys'
import { usePerform } from './usePerform'

function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null
}

// A dialog closes by Escape while the key is still on its way down, and is gone when it comes up again. Whether one was
// open is thus noted first of all: this listener is older than any dialog's own.
let heldByDialog = false
window.addEventListener('keydown', () => (heldByDialog = dialogIsOpen()), { capture: true })

/** The action of a key. A letter by itself is one only where it is wanted and nothing is typed. */
export function actionOf(event: KeyboardEvent, letters: boolean, mac = isMac()): Action | undefined {
  const chord = pressed(event, mac)
  const plain = letters && !isField(event.target)
  return actions.find((action) => keysFor(action, mac, plain).includes(chord))
}

/** Does the window's actions by their keys. A dialog keeps the keys to itself, but for the lock's. */
export function useKeyboard(letters: boolean): void {
  const perform = usePerform()
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.altKey || event.defaultPrevented) return
    const action = actionOf(event, letters)
    // Whoever goes away locks the desk also from within a dialog.
    if (heldByDialog && action?.name !== 'lockDesk') return
    if (action && perform(action)) event.preventDefault()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
