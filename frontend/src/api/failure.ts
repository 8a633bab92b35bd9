import * as v from 'valibot'

const body = v.object({
  code: v.string(),
  params: v.nullish(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), () => ({})),
})

export type Params = Record<string, string | number | boolean>

/** A refusal or a fault, by its code. The sentence for people comes from the catalogue. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    readonly params: Params = {},
  ) {
    super(code)
    this.name = 'Failure'
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Turns whatever was thrown or answered into a Failure; what is not ours becomes "fault". */
export function failureFrom(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  const text = thrown instanceof Error ? thrown.message : thrown
  const result = v.safeParse(body, typeof text === 'string' ? parsed(text) : text)
  if (result.success) return new Failure(result.output.code, result.output.params)
  console.error(thrown)
  return new Failure('fault')
}
