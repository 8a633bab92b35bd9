import { usePlace } from './place'

/**
 * The filters of a list and where its page begins, all in the route, so that going back keeps them. Another filter begins with
 * the first page. `none` names the filters, each with what stands for no choice.
 */
export function useListFilters<Name extends string>(none: Record<Name, string>) {
  const { filters: route, set } = usePlace()
  const filters = { ...none }
  for (const name in none) filters[name] = route.get(name) ?? none[name]
  return {
    filters,
    offset: Math.max(0, Number(route.get('offset')) || 0),
    filter: (changes: Partial<Record<Name, string>>) => set({ ...changes, offset: '' }),
    turn: (offset: number) => set({ offset: offset === 0 ? '' : String(offset) }),
  }
}
