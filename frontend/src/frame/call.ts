import { createContext, useContext } from 'react'
import type { Pop } from '../api/session'

/** The call that the phone system last had shown, and how to set it: its reason may stand in the contact's form at first. */
export const LastCall = createContext<[Pop | undefined, (call: Pop | undefined) => void]>([
  undefined,
  () => undefined,
])

export const useLastCall = () => useContext(LastCall)
