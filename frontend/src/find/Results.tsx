import { useId, type KeyboardEvent, type ReactNode } from 'react'
import type { Hit, Section } from '../api/search'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import panel from '../ui/ui.module.css'
import css from './Find.module.css'
import { ResultRow } from './ResultRow'
import type { Step } from './roving'

interface KeysProps {
  onMove: (step: Step) => void
  /** A letter typed among the results belongs into the box. */
  onType: () => void
  children: ReactNode
}

const steps: Record<string, Step> = { ArrowDown: 1, ArrowUp: -1, Home: 'first', End: 'last' }

/** The keys that move among links of results. */
export function ResultKeys({ onMove, onType, children }: KeysProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      onMove(step)
    } else if (
      event.key.length === 1 &&
      event.key !== ' ' &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey
    ) {
      onType()
    }
  }
  return (
    // The links inside take the focus; the keys that move among them bubble up to here.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={panel.stack} onKeyDown={onKeyDown}>
      {children}
    </div>
  )
}

interface Props {
  sections: readonly Section[]
  /** What opening an account does, where it is not simply there. */
  onOpen?: (number: string) => void
}

export function Results({ sections, onOpen }: Props) {
  return sections
    .filter((section) => section.rows.length > 0)
    .map((section) => <ResultSection key={section.name} section={section} onOpen={onOpen} />)
}

/** Neighbouring rows of one building stand together. */
function byBuilding(rows: readonly Hit[]): { building: string; rows: Hit[] }[] {
  const groups: { building: string; rows: Hit[] }[] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && row.building !== '' && last.building === row.building) last.rows.push(row)
    else groups.push({ building: row.building, rows: [row] })
  }
  return groups
}

/** What several rows have in common, and how many these are; `all` is 0 while they are not counted. */
function BuildingHead({ building, shown, all }: { building: string; shown: number; all: number }) {
  const { t } = useWords()
  if (Math.max(shown, all) < 2) return null
  const counts = { count: all || shown, shown }
  return (
    <h3 className={css.building}>
      {building}
      <span className={panel.quiet}>
        {all === 0 && t('find.inBuildingFirst', counts)}
        {all === shown && t('find.inBuilding', counts)}
        {all > shown && t('find.inBuildingOf', counts)}
      </span>
    </h3>
  )
}

function ResultSection({ section, onOpen }: { section: Section; onOpen: Props['onOpen'] }) {
  const { t } = useWords()
  const { number } = useFormats()
  const id = useId()
  const groups =
    section.name === 'address' ? byBuilding(section.rows) : [{ building: '', rows: section.rows }]
  const goesOn = section.rows.length < section.total // and the last building with it, perhaps
  return (
    <section className={panel.panel} aria-labelledby={id}>
      <header className={panel.head}>
        <h2 id={id}>{t(`section.${section.name}`)}</h2>
        <span className={panel.quiet}>{number(section.total)}</span>
      </header>
      {groups.map(({ building, rows }, at) => (
        <div key={`${building} ${at}`}>
          {building !== '' && (
            <BuildingHead
              building={building}
              shown={rows.length}
              all={goesOn && at === groups.length - 1 ? section.last_building : rows.length}
            />
          )}
          <ul className={css.rows}>
            {rows.map((hit, row) => (
              <ResultRow
                key={hit.account_number || hit.premise_id || `${hit.person_id} ${row}`}
                hit={hit}
                showEmail={section.name === 'anywhere'}
                onOpen={onOpen}
              />
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}
