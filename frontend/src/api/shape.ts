import * as v from 'valibot'

/** Go leaves empty fields out and writes empty lists as null: these read both as the empty value. */
export const text = v.nullish(v.string(), '')
export const flag = v.nullish(v.boolean(), false)
export const count = v.nullish(v.number(), 0)
/** An instant in milliseconds UTC; 0 is never. */
export const instant = count
/** Money in cents. */
export const cents = count
export const maybeNumber = v.nullish(v.number(), null)

export function list<T extends v.GenericSchema>(item: T) {
  return v.nullish(v.array(item), () => [])
}

/** A word of a closed set; one that this window does not know reads as the fallback. */
export function word<const T extends readonly string[]>(words: T, fallback: T[number]) {
  return v.fallback(v.picklist(words), fallback)
}
