import { Button } from '@mantine/core'
import { useState } from 'react'
import type { OlderBills } from '../api/ask'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import { useOffer } from '../frame/offers'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'

/** The pages of older bills that were asked for, and the button that asks for the next. */
export function useOlderBills(number: string) {
  const [pages, setPages] = useState<readonly OlderBills[]>([])
  const { run, busy, failure } = useDo(
    (before: string) => desk.olderBills(number, before),
    (page) => setPages([...pages.filter(({ problem }) => !problem), page]),
  )
  return { pages, busy, failure, more: () => run(pages.at(-1)?.next ?? '') }
}

export function OlderBilling({ pages, busy, failure, more }: ReturnType<typeof useOlderBills>) {
  const { t, sentence } = useWords()
  const last = pages.at(-1)
  const ended = last !== undefined && last.next === '' && !last.problem
  const held = ended ? t('older.billsEnd') : busy ? t('held.busy') : undefined
  useOffer('olderBills', { run: more, held })
  return (
    <div className={css.older}>
      {!ended && (
        <Button variant="default" loading={busy} onClick={more}>
          {t('older.bills')}
        </Button>
      )}
      <p role="status" className={ui.quiet}>
        {busy && t('older.billsLoading')}
        {!busy && ended && t('older.billsEnd')}
        {!busy && last?.problem && <span className={ui.warn}>{sentence(last.problem)}</span>}
        {!busy && !last && t('ask.logged')}
      </p>
      <Trouble error={failure} />
    </div>
  )
}
