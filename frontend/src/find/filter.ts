import { statusBoxes, type StatusBox } from '../api/search'

const first: readonly StatusBox[] = ['enrolled', 'unenrolled']
/** In the route, for all boxes off; a missing one means the boxes that are on at first. */
const none = 'none'

/** The search as the route has it. */
export function readFilters(filters: URLSearchParams) {
  const named = filters.get('status')
  const status = named === null ? first : statusBoxes.filter((box) => named.split(',').includes(box))
  const rows = Number(filters.get('rows') ?? '')
  return {
    text: (filters.get('q') ?? '').trim(),
    district: filters.get('district') ?? '',
    status,
    /** How many are shown, where more were asked for; 0 for as many as usual. */
    rows: Number.isSafeInteger(rows) && rows > 0 && rows <= 5000 ? rows : 0,
  }
}

/** The route's word for the boxes that are on. */
export function writeStatus(status: readonly StatusBox[]): string {
  const value = statusBoxes.filter((box) => status.includes(box)).join(',')
  if (value === first.join(',')) return ''
  return value === '' ? none : value
}
