import { Fragment } from 'react'
import type { Meter } from '../api/usage'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'
import { Bars } from './Bars'
import { DayIntervals } from './DayIntervals'
import css from './Usage.module.css'

interface Props {
  number: string
  meter: Meter
  day: string
  onDay: (day: string) => void
  several: boolean
}

/** One meter's days as a chart and a table; a day opens to its intervals. */
export function MeterDays({ number: account, meter, day: open, onDay, several }: Props) {
  const { t, term } = useWords()
  const { number, date } = useFormats()
  const unit = meter.unit || t('interval.unitUnknown')
  const quantity = (value: number) => `${number(value)} ${unit}`
  const name = [
    meter.service ? term('service', meter.service) : t('interval.serviceUnknown'),
    meter.reversed ? t('interval.reversed') : '',
  ]
    .filter(Boolean)
    .join(', ')
  const first = date(meter.days[0]?.day ?? '')
  const last = date(meter.days.at(-1)?.day ?? '')
  return (
    <section aria-label={name}>
      <div className={css.says}>
        {(several || meter.reversed) && <h3>{name}</h3>}
        <Bars
          label={t('interval.chart', {
            name,
            count: meter.days.length,
            from: first,
            to: last,
            total: quantity(meter.total),
          })}
          first={first}
          last={last}
          bars={meter.days.map((row) => ({
            key: row.day,
            value: row.quantity,
            hollow: row.estimated > 0,
            title: `${date(row.day)}: ${row.none ? t('interval.noReading') : quantity(row.quantity)}`,
          }))}
        />
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('interval.day')}</th>
            <th scope="col" className={ui.number}>
              {t('usage.quantity')}
            </th>
            <th scope="col">{t('usage.quality')}</th>
          </tr>
        </thead>
        <tbody>
          {meter.days.map((row) => (
            <Fragment key={row.day}>
              <tr className={row.day === open ? css.chosen : undefined}>
                <td>
                  <button
                    type="button"
                    className={ui.link}
                    aria-expanded={row.day === open}
                    onClick={() => onDay(row.day === open ? '' : row.day)}
                  >
                    {date(row.day)}
                  </button>
                </td>
                <td className={ui.money}>{row.none ? '—' : quantity(row.quantity)}</td>
                <td className={row.missing > 0 || row.estimated > 0 ? ui.warn : ui.quiet}>
                  {[
                    row.none ? t('interval.noReading') : '',
                    row.missing > 0 ? t('interval.missing', { hours: number(row.missing / 3600) }) : '',
                    row.estimated > 0 ? t('interval.estimated', { count: row.estimated }) : '',
                  ]
                    .filter(Boolean)
                    .join(', ') || t('usage.measured')}
                </td>
              </tr>
              {row.day === open && (
                <tr className={css.explain}>
                  <td colSpan={3}>
                    <DayIntervals number={account} day={row.day} series={meter.series} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  )
}
