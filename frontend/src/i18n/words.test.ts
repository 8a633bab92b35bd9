import { describe, expect, it } from 'vitest'
import { wordsIn } from './words'
import errorsEn from '@texts/en.json'
import errorsEs from '@texts/es.json'
import { en, es, parts } from './texts'

const placeholders = (sentence: string) =>
  [...sentence.matchAll(/{{(\w+)}}/g)].map((found) => found[1]).sort()

describe.each([
  ['the window', en, es],
  ['errors', errorsEn, errorsEs],
])('the sentences of %s', (_name, english: Record<string, string>, spanish: Record<string, string>) => {
  it('stand in both languages', () => {
    expect(Object.keys(spanish).sort()).toEqual(Object.keys(english).sort())
  })

  it('have the same placeholders in both', () => {
    const all = (sentences: Record<string, string>) =>
      Object.fromEntries(Object.entries(sentences).map(([key, sentence]) => [key, placeholders(sentence)]))
    expect(all(spanish)).toEqual(all(english))
  })

  it('say something in both', () => {
    const empty = Object.keys(english).filter((key) => !english[key]?.trim() || !spanish[key]?.trim())
    expect(empty).toEqual([])
  })
})

it.each([
  { language: 'en', files: parts.en },
  { language: 'es', files: parts.es },
])('no key stands in two files of $language', ({ files }) => {
  const keys = files.flatMap((file) => Object.keys(file))
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
})

describe('words', () => {
  it('count', () => {
    expect(wordsIn('en').t('strip.unsent', { count: 1 })).toBe('1 change not yet sent')
    expect(wordsIn('es').t('strip.unsent', { count: 3 })).toBe('3 cambios sin enviar')
  })

  it('of an unknown code are the code read aloud', () => {
    expect(wordsIn('en').term('activity', 'meter.swapped_out')).toBe('Meter swapped out')
  })

  it('of an error come from the catalogue by code', () => {
    expect(wordsIn('es').sentence({ code: 'account_closed', params: { account: '030000013' } })).toContain(
      '030000013',
    )
    expect(wordsIn('en').sentence({ code: 'never_heard_of', params: {} })).toContain('never_heard_of')
  })
})
