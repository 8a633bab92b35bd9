import type { Receipt } from '../api/tasks'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'

/** Gives a receipt in one line, for a note: what was seen and changed, and what of that was undone. */
export function useReceiptWords(): (receipt: Receipt) => string {
  const { t, term } = useWords()
  const { when } = useFormats()
  return ({ username, granted_at, pages, tasks }) =>
    t('receipt.note', {
      username,
      from: when(granted_at),
      pages: pages.map(({ path }) => pageName(path, t('receipt.first'))).join(', ') || '—',
      changes:
        tasks
          .filter(({ asked }) => !asked)
          .map(({ kind, undone_at }) => [term('task', kind), undone_at > 0 && `(${t('receipt.undoneShort')})`].filter(Boolean).join(' '))
          .join(', ') || '—',
    })
}

export const pageName = (path: string, first: string) => (path === '/' ? first : path)

/** Adds words to a note that is being written; nothing of it goes. */
export const appended = (note: string, words: string) => [note.trimEnd(), words].filter(Boolean).join('\n')
