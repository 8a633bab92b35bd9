import type { PolicyBook, PolicyKey } from '../api/admin'

/** What the utility set, by key. What is at its default is not there. */
export function setNow(book: PolicyBook): Record<string, string> {
  return Object.fromEntries(book.entries.map((entry) => [entry.policy_key, entry.value]))
}

/** The draft less what is as it was: '' takes a key back to its default. */
export function changesOf(
  draft: Record<string, string>,
  now: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(draft).filter(([key, value]) => value !== (now[key] ?? '')))
}

/** What the CSR saw under each key that they change: the portal refuses a change of what another changed meanwhile. */
export function seenOf(changes: Record<string, string>, now: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(changes).map((key) => [key, now[key] ?? '']))
}

export const roles = ['csr', 'supervisor', 'admin'] as const

/** The keys that are always there, by the group in which they are shown, in the order of the portal. */
export function grouped(keys: readonly PolicyKey[]): readonly (readonly [string, readonly PolicyKey[]])[] {
  const groups = [...new Set(keys.map(({ group }) => group))]
  return groups.map((group) => [group, keys.filter((key) => key.group === group)])
}

/** A key for each kind of command or question for which the caller can be asked to be verified. */
export function verifyKeys(book: PolicyBook): readonly PolicyKey[] {
  return [...new Set(book.verifiable)].sort().map((kind) => ({
    key: `verify.${kind}`,
    group: 'verify',
    sort: 'choice',
    choices: ['1', '2', '3'],
    least: 0,
    most: 3,
    default: '0',
    placeholders: [],
  }))
}

export const languages = ['en', 'es'] as const

/** The language in which a text stands under a key, such as announcement.es. */
export function languageOf(key: string): (typeof languages)[number] {
  return key.endsWith('.es') ? 'es' : 'en'
}

/** The utility's own texts, each with its keys in the two languages. */
export function textPairs(
  keys: readonly PolicyKey[],
): readonly { name: string; keys: readonly [PolicyKey, PolicyKey] }[] {
  return keys.flatMap((english) => {
    const name = english.key.replace(/\.en$/, '')
    const spanish = keys.find(({ key }) => key === `${name}.es`)
    return english.sort === 'text' && name !== english.key && spanish
      ? [{ name, keys: [english, spanish] }]
      : []
  })
}
