import { Button } from '@mantine/core'
import { useState } from 'react'
import type { OlderActivity } from '../api/ask'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import type { Activity } from '../api/tasks'
import { useOffer } from '../frame/offers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'
import { ActivityRows } from './ActivityRows'

interface Props {
  number: string
  kinds: readonly string[]
  /** Which of the entries of these kinds are shown. */
  fits: (row: Activity) => boolean
}

/**
 * What happened before what this computer holds. It is loaded when asked for, kept for a while, and says how far back it goes
 * while the portal cannot be reached.
 */
export function OlderLog({ number, kinds, fits }: Props) {
  const { t, sentence } = useWords()
  const { when } = useFormats()
  const [rows, setRows] = useState<readonly Activity[]>([])
  const [last, setLast] = useState<OlderActivity>()
  const { run, busy, failure } = useDo(
    (before: string) => desk.olderActivity(number, kinds, before),
    (page) => {
      setRows([...rows, ...page.rows.filter(fits)])
      setLast(page)
    },
  )
  const ended = last !== undefined && last.next === ''
  const more = () => run(last?.next ?? '')
  useOffer('olderLog', { run: more, held: ended ? t('older.end') : busy ? t('held.busy') : undefined })
  return (
    <>
      {rows.length > 0 && <ActivityRows rows={rows} caption={t('older.title')} />}
      <div className={css.older}>
        {!ended && (
          <Button variant="default" loading={busy} onClick={more}>
            {t('older.load')}
          </Button>
        )}
        <p role="status" className={ui.quiet}>
          {busy && t('older.loading')}
          {!busy && ended && t('older.end')}
          {!busy && last?.problem && (
            <span className={ui.warn}>
              {sentence(last.problem)} {t('older.since', { when: when(last.since) })}
            </span>
          )}
          {!busy && !last && t('ask.logged')}
        </p>
        <Trouble error={failure} />
      </div>
    </>
  )
}
