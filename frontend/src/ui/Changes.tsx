import { useWords, type Words } from '../i18n/words'
import ui from './ui.module.css'

type Fields = Record<string, unknown> | null

// What people wrote, and who they are, is shown as it is; the other words are codes, whose sentences have their groups.
const verbatim = new Set(['text', 'words', 'nickname', 'web_user_id', 'username'])
const groups: Record<string, string> = {
  lock: 'lockKind',
  mode: 'mode',
  status: 'statusWord',
  template: 'template',
  task: 'task',
}

function shown(field: string, value: unknown, { t, term }: Words): string {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'string') {
    const isCode = !verbatim.has(field) && /^[a-z_.]+$/.test(value)
    return isCode ? term(groups[field] ?? 'reason', value) : value
  }
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
            ? `${shown(field, value.before, words)} → ${shown(field, value.after, words)}`
            : shown(field, value, words)}
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
