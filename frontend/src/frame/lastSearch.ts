import { createContext, useContext } from 'react'

/** The place of the search page as it was last left, and how to set it: Back returns there. */
export const LastSearch = createContext<[string, (place: string) => void]>(['/find', () => undefined])

export const useLastSearch = () => useContext(LastSearch)
