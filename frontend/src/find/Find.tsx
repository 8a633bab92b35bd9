import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useDistricts, useSearch, useStatus } from '../api/queries'
import { statusBoxes } from '../api/search'
import frame from '../frame/Frame.module.css'
import { useLastSearch } from '../frame/lastSearch'
import { useActions, useOffer } from '../frame/offers'
import { hitPlace, usePlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { Copying } from './Copying'
import { Everywhere, likeIdentifier } from './Everywhere'
import css from './Find.module.css'
import { Filters } from './Filters'
import { NothingFound } from './NothingFound'
import { moveAmong } from './roving'
import { Recent } from './Recent'
import { ResultKeys, Results } from './Results'
import { useNumbers } from './numbers'
import { useReturn } from './returning'
import { SearchBox } from './SearchBox'
import { readFilters, writeStatus } from './filter'

const pageSize = 50

/** Find a customer: one box, results while typing, and from the box to an account without the mouse. */
export function Find() {
  const { t } = useWords()
  const { number } = useFormats()
  const { filters, set } = usePlace()
  const [, navigate] = useLocation()
  const [, rememberSearch] = useLastSearch()
  const box = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const wayOn = useRef<HTMLDivElement>(null)
  const { text, district, status, rows } = readFilters(filters)
  const limit = rows || pageSize
  const wanted = { text: status.length > 0 ? text : '', district, status, limit }
  const { data, error, isPlaceholderData } = useSearch(wanted)
  const replica = useStatus().data
  /** There is no district to search that is not searched here. */
  const districts = useDistricts().data ?? []
  const whole = districts.length > 0 && districts.every((one) => one.here)
  const found = wanted.text === '' ? undefined : data

  const settled = found !== undefined && !isPlaceholderData
  const place = `/find?${filters.toString()}`
  useEffect(() => rememberSearch(place), [place, rememberSearch])

  const focusBox = () => {
    box.current?.focus()
    box.current?.select()
  }
  useActions({ 'go.find': { run: focusBox } })
  const showMore = () => set({ rows: String(limit + pageSize) })
  useOffer(found?.more ? 'more' : undefined, { run: showMore })

  useReturn(list, box, place, settled || text === '')
  useNumbers(list)

  // Enter pressed while the answer is still on its way: the move waits for the answer to that very text.
  const [entered, setEntered] = useState<{ text: string; opens: boolean }>()
  useEffect(() => {
    if (entered?.text !== text || !settled) return
    const hits = found.sections.flatMap((section) => section.rows)
    const exact = found.sections.find((section) => section.name === 'exact')?.rows[0]
    // One hit, or none, may be all there was time for.
    if (!found.counted && !exact && hits.length < 2) return
    const only = hits.length === 1 ? hits[0] : exact
    if (only && entered.opens) navigate(hitPlace(only))
    else if (hits.length > 0) moveAmong(list.current, box.current, 'first')
    else wayOn.current?.querySelector('button')?.focus() // to what the filters hide
    // The wish is spent once it was followed.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setEntered(undefined)
  }, [entered, text, settled, found, navigate])

  if (replica && replica.as_of === 0) return <Copying status={replica} />

  const anyStatus = writeStatus(statusBoxes)
  // Whoever lifts a filter goes on to what it hid; which of it is opened, they say.
  const lift = (more: Record<string, string>) => () => {
    set(more)
    setEntered({ text, opens: false })
  }
  return (
    <div className={`${frame.page} ${css.page}`}>
      <h1>{t('find.title')}</h1>
      <SearchBox
        ref={box}
        text={text}
        onText={(q) => set({ q, rows: '' })}
        onEnter={(typed) => setEntered({ text: typed, opens: true })}
        onDown={() => moveAmong(list.current, box.current, 'first')}
      />
      <Filters
        district={district}
        status={status}
        onDistrict={(next) => set({ district: next })}
        onStatus={(next) => set({ status: writeStatus(next) })}
      />
      <p role="status" className={css.count}>
        {found &&
          (found.counted || found.total > 0) &&
          t(found.counted ? 'find.count' : 'find.countMore', {
            count: found.total,
            shown: number(found.total),
          })}
        {found && found.total > 0 && found.hidden_by_filters > 0 && (
          <span> · {t('find.hidden', { count: found.hidden_by_filters })}</span>
        )}
      </p>
      <Trouble error={error} />
      <div ref={list}>
        <ResultKeys
          onMove={(step) => moveAmong(list.current, box.current, step)}
          onType={() => box.current?.focus()}
        >
          {found && found.total > 0 && <Results sections={found.sections} />}
          {text === '' && <Recent />}
        </ResultKeys>
      </div>
      <div className={ui.row}>
        {found?.more && (
          <Button variant="default" onClick={showMore}>
            {t('find.more')}
          </Button>
        )}
        {found && found.total > 0 && (
          <CsvButton
            table={{ name: 'search', search: { text, district, statuses: status } }}
            what={t('account.back')}
          />
        )}
      </div>
      {settled && found.counted && found.total > 0 && (!whole || likeIdentifier(text)) && (
        <div className={ui.stack}>
          {!whole && <p className={ui.quiet}>{t('everywhere.lead')}</p>}
          <Everywhere key={text} text={text} whole={whole} />
        </div>
      )}
      <NothingFound
        text={text}
        found={settled && (found.counted || found.hidden_by_filters > 0) ? found : undefined}
        noBoxes={status.length === 0}
        wayOn={wayOn}
        onShowAll={lift({ district: '', status: anyStatus })}
        onAnyDistrict={lift({ district: '' })}
        onAnyStatus={lift({ status: anyStatus })}
      />
    </div>
  )
}
