import { useId } from 'react'
import { useRecent } from '../api/find'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'
import css from './Find.module.css'
import { ResultRow } from './ResultRow'

/** Before anything is typed: the accounts that were opened last on this computer. */
export function Recent() {
  const { t } = useWords()
  const id = useId()
  const rows = useRecent().data ?? []
  if (rows.length === 0) return null
  return (
    <section className={ui.panel} aria-labelledby={id}>
      <header className={ui.head}>
        <h2 id={id}>{t('recent.title')}</h2>
      </header>
      <ul className={css.rows}>
        {rows.map((hit) => (
          <ResultRow key={hit.account_number} hit={hit} showEmail={false} />
        ))}
      </ul>
    </section>
  )
}
