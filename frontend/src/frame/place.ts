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

function go(to: string, options: { replace?: boolean } = {}): void {
  const before = window.location.href
  if (options.replace) window.history.replaceState(null, '', `#${to}`)
  else window.history.pushState(null, '', `#${to}`)
  if (before !== window.location.href) window.dispatchEvent(new HashChangeEvent('hashchange'))
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
