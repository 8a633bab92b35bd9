import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useLocation, useSearch, type BaseLocationHook } from 'wouter'

// A place is all in the hash, filters too: #/find?q=main. (wouter's own hash hook keeps the query before the hash.)
function parts(): [string, string] {
  const hash = window.location.hash.replace(/^#\/?/, '/')
  const mark = hash.indexOf('?')
  return mark < 0 ? [hash || '/', ''] : [hash.slice(0, mark), hash.slice(mark + 1)]
}

function onPlace(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

// Each entry of the history notes how many came before it in this window, so that a desk that is locked can leave them all.
let before = numbered() ?? 0

function numbered(): number | undefined {
  const state: unknown = window.history.state
  return typeof state === 'object' && state !== null && 'at' in state && typeof state.at === 'number'
    ? state.at
    : undefined
}

/** Follows the window along its history; an entry that it did not make itself came after the one before. */
function follow(): void {
  const at = numbered()
  before = at ?? before + 1
  if (at === undefined) window.history.replaceState({ at: before }, '')
}
window.addEventListener('hashchange', follow)
window.addEventListener('popstate', follow)

/** Takes every place of this window out of its history: going back leads nowhere any more. */
export async function forgetPlaces(): Promise<void> {
  if (before > 0) {
    const arrived = new Promise<void>((resolve) => {
      window.addEventListener('popstate', () => resolve(), { once: true })
      window.setTimeout(resolve, 1000) // a history that is shorter than was thought leads nowhere
    })
    window.history.go(-before)
    await arrived
  }
  before = 1
  window.history.replaceState({ at: 0 }, '', '#/')
  window.history.pushState({ at: before }, '', '#/') // what came after is gone with it
}

/** Where the window is, with its filters. */
export const placeNow = () => parts().filter(Boolean).join('?')

/** Goes somewhere. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  const from = window.location.href
  if (options.replace) window.history.replaceState({ at: before }, '', `#${to}`)
  else window.history.pushState({ at: ++before }, '', `#${to}`)
  if (from !== window.location.href) window.dispatchEvent(new HashChangeEvent('hashchange'))
}

export const useHashPath: BaseLocationHook = () => [useSyncExternalStore(onPlace, () => parts()[0]), go]
export const useHashSearch = () => useSyncExternalStore(onPlace, () => parts()[1])
export const hashHref = (path: string) => `#${path}`

/** The filters in the route: read them, and set some without adding to the history. Empty ones leave the route. */
export function usePlace() {
  const [path, navigate] = useLocation()
  const search = useSearch()
  const filters = useMemo(() => new URLSearchParams(search), [search])
  const set = useCallback(
    (changes: Record<string, string>) => {
      const next = new URLSearchParams(search)
      for (const [name, value] of Object.entries(changes)) {
        if (value === '') next.delete(name)
        else next.set(name, value)
      }
      const query = next.toString()
      navigate(query ? `${path}?${query}` : path, { replace: true })
    },
    [navigate, path, search],
  )
  return { filters, set }
}

/** Where a search result leads: to a console where there is an account, else to what is known of the person or the place. */
export function hitPlace(hit: { account_number: string; person_id: string; premise_id: string }): string {
  if (hit.account_number) return accountPlace(hit.account_number)
  if (hit.person_id) return `/person/${encodeURIComponent(hit.person_id)}`
  return `/premise/${encodeURIComponent(hit.premise_id)}`
}

/** Where a task's page is. */
export function taskPlace(id: string): string {
  return `/tasks/${encodeURIComponent(id)}`
}

/** Where a masquerade's receipt is. */
export function receiptPlace(session: string): string {
  return `/masquerades/${encodeURIComponent(session)}`
}

/** Where an account's console is; a tab may be named. */
export function accountPlace(number: string, tab?: string): string {
  return `/account/${encodeURIComponent(number)}${tab ? `?tab=${tab}` : ''}`
}
