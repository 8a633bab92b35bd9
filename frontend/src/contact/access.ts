import { useEffect } from 'react'
import { contacts } from '../api/contacts'

/** Records that an account was opened. The host does so once in a contact, and without one once an hour. */
export function useRecordAccess(account: string | undefined): void {
  useEffect(() => {
    // What cannot be recorded is no reason to keep the account from a CSR with a caller on the line.
    if (account) contacts.recordAccess(account).catch(() => undefined)
  }, [account])
}
