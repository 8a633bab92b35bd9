import { Button } from '@mantine/core'
import { useState } from 'react'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import type { IntervalView } from '../api/usage'
import { useOffer } from '../frame/offers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { MeterDays } from './MeterDays'
import css from './Usage.module.css'

interface Props {
  number: string
  from: string
  to: string
  /** The day whose hours are shown; '' for none. */
  day: string
  onDay: (day: string) => void
}

/** What the meters counted in a period, day by day. It is asked of the portal on demand, and kept on this computer for a while. */
export function Intervals({ number, from, to, day, onDay }: Props) {
  const { t, sentence } = useWords()
  const { date, when } = useFormats()
  const [view, setView] = useState<IntervalView>()
  const { run, busy, failure } = useDo(() => desk.intervals(number, from, to), setView)
  const there = view && !view.problem
  useOffer('intervals', {
    run: () => run(undefined),
    held: there ? t('explain.shown') : busy ? t('held.busy') : undefined,
  })
  const title = t('interval.title', { from: date(from), to: date(to) })
  return (
    <Panel
      title={title}
      flush
      aside={
        there && view.meters.length > 0 ? (
          <CsvButton table={{ name: 'intervals', account: number, from, to: view.to }} what={title} />
        ) : undefined
      }
    >
      {!there && (
        <div className={css.says}>
          <div className={ui.row}>
            <Button variant="default" loading={busy} onClick={() => run(undefined)}>
              {t('interval.load')}
            </Button>
            <p role="status" className={ui.quiet}>
              {busy && t('interval.loading')}
              {!busy && view?.problem && <span className={ui.warn}>{sentence(view.problem)}</span>}
              {!busy && !view && t('ask.logged')}
            </p>
          </div>
          <Trouble error={failure} />
        </div>
      )}
      {there && view.meters.length === 0 && (
        <Empty title={t('interval.none')}>{t('interval.noneText')}</Empty>
      )}
      {there &&
        view.meters.map((meter) => (
          <MeterDays
            key={meter.series}
            number={number}
            meter={meter}
            day={day}
            onDay={onDay}
            several={view.meters.length > 1}
          />
        ))}
      {there && (
        <p className={`${css.says} ${ui.quiet}`}>
          {t('interval.asOf', { when: when(view.at) })}
          {view.to < to && ` ${t('interval.cut', { to: date(view.to) })}`}
        </p>
      )}
    </Panel>
  )
}
