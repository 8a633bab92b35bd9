import * as v from 'valibot'
import { params } from './session'
import { count, instant, list, text, word } from './shape'

/** How many rows of a file, or of all of them, became what. */
const tally = v.object({
  read: count,
  added: count,
  changed: count,
  unchanged: count,
  kept: count,
  refused: count,
})
export type Tally = v.InferOutput<typeof tally>

const run = v.object({
  run_id: text,
  sort: text,
  source: text,
  by: text,
  started_at: instant,
  ended_at: instant,
  state: word(['running', 'done', 'in_part', 'failed', 'broken'], 'broken'),
  problem: text,
  code: text,
  params,
  rows: tally,
})
export type ImportRun = v.InferOutput<typeof run>

/** The latest imports, the newest first. */
export const imports = list(run)

/** What became of one import; refused are some of the rows, the rest follows next. */
export const importReport = v.object({
  ...run.entries,
  files: v.nullish(v.record(v.string(), tally), () => ({})),
  refused: list(v.object({ file: text, line: count, field: text, problem: text, code: text, params })),
  refused_kept: count,
  next: count,
})
