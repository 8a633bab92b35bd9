import { useEffect, useState } from 'react'
import { desk } from '../api/desk'
import { isField } from '../frame/field'

/** Whether a field anywhere in the window has the focus. */
function useTyping(): boolean {
  const [typing, setTyping] = useState(false)
  useEffect(() => {
    const entered = (event: FocusEvent) => setTyping(isField(event.target))
    const left = () => setTyping(false)
    document.addEventListener('focusin', entered)
    document.addEventListener('focusout', left)
    return () => {
      document.removeEventListener('focusin', entered)
      document.removeEventListener('focusout', left)
    }
  }, [])
  return typing
}

/**
 * Tells the others which account is in front of this CSR, and whether it is being changed: in a dialog, or in a field.
 * Who cannot be told is not; the account is worked on all the same.
 */
export function useTellPresence(account: string, dialog: boolean): void {
  const editing = useTyping() || dialog
  useEffect(() => {
    desk.setPresence(account, editing).catch(() => undefined)
  }, [account, editing])
  useEffect(() => () => void desk.setPresence('', false).catch(() => undefined), [])
}
