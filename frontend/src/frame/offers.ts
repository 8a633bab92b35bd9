import { createContext, useContext, useEffect, useId, useSyncExternalStore } from 'react'
import type { Action as Gate } from '../api/desk'
import type { ActionName } from './actions'

/** How an action is done, by whoever can do it now. */
export interface Offer {
  run: () => void
  /** What the host is asked first, as the action's button asks. */
  gate?: { kind: Gate; args: object }
  /** Why it cannot be done now, in words, where no rule of the host says so. */
  held?: string
  /** Whom it is about, where that may be another customer than the one in front. */
  about?: Front
  /** Which one it is about, where the page has several: each of them is offered. */
  of?: string
  /** Its id, where the host is asked nothing first that has it: two of them may read the same. */
  id?: string
}

/** One line of the palette: of an action that can be done to several things each has its own. */
export type Choice = Offer | 'off' | undefined

/** Whom the actions with the account in front are about. */
export interface Front {
  name: string
  account: string
  address: string
}

/** Whom a row is about, as it names them. */
export const aboutOf = (row: { name: string; account_number: string; service_address: string }): Front => ({
  name: row.name || '—',
  account: row.account_number,
  address: row.service_address,
})

/** By name; "off" is what the utility has switched off, which is not shown at all. */
export type Offers = Partial<Record<ActionName, Offer | 'off' | undefined>>

interface Entry {
  offers: Offers
  front?: Front
  /** The frame's own stand behind a page's: F2 goes to the search, and in the search to its box. */
  behind?: boolean
}

/** The same for two offers only where they do the same to the same thing. */
const sameness = ({ of, id, gate, about }: Offer) => JSON.stringify([of, id, gate?.args, about?.account])

/** Keeps what can be done now. Pages come and go; what was offered last is asked first. */
export function newOffers() {
  const entries = new Map<string, Entry>()
  const followers = new Set<() => void>()
  let version = 0
  const tell = () => {
    version++
    followers.forEach((follower) => follower())
  }
  const inTurn = () => {
    const all = [...entries.values()].reverse()
    return [...all.filter(({ behind }) => !behind), ...all.filter(({ behind }) => behind)]
  }
  const entry = (name: ActionName) => inTurn().find(({ offers }) => offers[name] !== undefined)
  return {
    put(id: string, entry: Entry): void {
      entries.set(id, entry)
      tell()
    },
    drop(id: string): void {
      if (entries.delete(id)) tell()
    },
    find: (name: ActionName): Choice => entry(name)?.offers[name],
    /** All that is offered by that name, in the order of the page. What stands there twice is one. */
    all(name: ActionName): readonly Choice[] {
      const found = entry(name)
      const first = found?.offers[name]
      if (!found || !first || first === 'off' || first.of === undefined) return [first]
      const several = new Map<string, Offer>()
      for (const { offers, behind } of entries.values()) {
        const offer = offers[name]
        if (offer && offer !== 'off' && offer.of !== undefined && behind === found.behind)
          several.set(sameness(offer), offer)
      }
      return [...several.values()]
    },
    front: () => inTurn().find(({ front }) => front !== undefined)?.front,
    follow: (follower: () => void) => {
      followers.add(follower)
      return () => void followers.delete(follower)
    },
    version: () => version,
  }
}
export type OfferBook = ReturnType<typeof newOffers>

export const OffersContext = createContext(newOffers())

/** The offers of this moment; the component follows them. Nobody above a page may: a page offers anew whenever it is drawn. */
export function useOffers(): OfferBook {
  const book = useContext(OffersContext)
  useSyncExternalStore(book.follow, book.version)
  return book
}

/** Offers actions while mounted: in the palette and by their keys. Who has none to offer wakes nobody. */
export function useActions(offers: Offers | undefined, more: Pick<Entry, 'front' | 'behind'> = {}): void {
  const book = useContext(OffersContext)
  const id = useId()
  const { front, behind } = more
  // After each drawing: what an offer closes over is then never older than what is on the screen.
  useEffect(() => (offers ? book.put(id, { offers, front, behind }) : book.drop(id)))
  useEffect(() => () => book.drop(id), [book, id])
}

/** Offers what one button does, where it has a name among the actions. */
export function useOffer(name: ActionName | undefined, offer: Offer): void {
  useActions(name && { [name]: offer })
}
