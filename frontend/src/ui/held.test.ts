import { expect, it } from 'vitest'

const sources = import.meta.glob<string>('../**/*.tsx', { query: '?raw', import: 'default', eager: true })

// Where a button is held back only for the moment in which what it did is under way, or says why beside itself.
const others = [
  './HeldButton.tsx',
  '../admin/ImportsPanel.tsx',
  '../attention/CommandItem.tsx',
  '../attention/ExportButton.tsx',
  '../diagnostics/DiagnosticsPage.tsx',
  '../frame/PaletteOption.tsx',
]

// Seen to fail while the yes of every dialog was held back without a word.
it('has one button that is held back, which says why', () => {
  const held = Object.keys(sources).filter((file) => sources[file]?.includes('aria-disabled'))
  expect(held.filter((file) => !file.includes('.test.')).sort()).toEqual([...others].sort())
})

// A button that is plainly disabled has no word, and the keyboard does not reach it. Seen to fail with the paging of an import's report.
it('has no button that is plainly disabled', () => {
  const plain = Object.keys(sources).filter((file) =>
    /<(Button|button|ActionIcon)\b[^>]*\sdisabled\b/.test(sources[file] ?? ''),
  )
  expect(plain).toEqual([])
})
