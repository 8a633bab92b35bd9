import { useWords, type Words } from '../i18n/words'
import ui from './ui.module.css'

type Fields = Record<string, unknown> | null

function shown(value: unknown, { t, term }: Words): string {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'string') return /^[a-z_]+$/.test(value) ? term('reason', value) : value
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function isChange(value: unknown): value is { before: unknown; after: unknown } {
  return typeof value === 'object' && value !== null && 'before' in value && 'after' in value
}

/** What an activity says beyond its kind: each field, with before and after where something changed. */
export function Detail({ detail }: { detail: Fields }) {
  const words = useWords()
  if (!detail) return null
  return (
    <ul className={ui.changes}>
      {Object.entries(detail).map(([field, value]) => (
        <li key={field}>
          <span className={ui.quiet}>{words.term('field', field)}:</span>{' '}
          {isChange(value)
            ? `${shown(value.before, words)} → ${shown(value.after, words)}`
            : shown(value, words)}
        </li>
      ))}
    </ul>
  )
}

/** Before and after of a command, field by field; what stayed the same is left out. */
export function Changes({ before, after }: { before: Fields; after: Fields }) {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  const changes = [...fields]
    .map((field) => [field, { before: before?.[field], after: after?.[field] }] as const)
    .filter(([, change]) => JSON.stringify(change.before) !== JSON.stringify(change.after))
  return <Detail detail={Object.fromEntries(changes)} />
}
