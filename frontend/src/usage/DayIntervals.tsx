import { useQuery } from '@tanstack/react-query'
import { desk } from '../api/desk'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { Bars } from './Bars'
import css from './Usage.module.css'

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

interface Props {
  number: string
  day: string
  series: string
}

/** Each interval of one day at one meter. The day's period is on this computer already, so nothing is asked of the portal. */
export function DayIntervals({ number: account, day, series }: Props) {
  const { t } = useWords()
  const { number, date, clock } = useFormats()
  const { data: view, error } = useQuery({
    queryKey: ['intervals', account, day],
    queryFn: () => desk.intervals(account, day, nextDay(day)),
    gcTime: 0,
  })
  if (error) return <Trouble error={error} />
  return view?.meters
    .filter((meter) => meter.series === series)
    .map((meter) => {
      const unit = meter.unit || t('interval.unitUnknown')
      return (
        <section key={meter.series} aria-label={t('interval.ofDay', { day: date(day) })}>
          <div className={css.says}>
            <h3>{t('interval.ofDay', { day: date(day) })}</h3>
            <Bars
              label={t('interval.dayChart', { count: meter.readings.length, day: date(day) })}
              first={clock(meter.readings[0]?.at ?? 0)}
              last={clock(meter.readings.at(-1)?.at ?? 0)}
              bars={meter.readings.map((reading) => ({
                key: String(reading.at),
                value: reading.quantity,
                hollow: reading.estimated,
                title: `${clock(reading.at)}: ${number(reading.quantity)} ${unit}`,
              }))}
            />
          </div>
          <details className={css.says}>
            <summary>{t('interval.figures')}</summary>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('interval.begins')}</th>
                  <th scope="col" className={ui.number}>
                    {t('interval.minutes')}
                  </th>
                  <th scope="col" className={ui.number}>
                    {t('usage.quantity')}
                  </th>
                  <th scope="col">{t('usage.quality')}</th>
                </tr>
              </thead>
              <tbody>
                {meter.readings.map((reading) => (
                  <tr key={`${reading.at} ${reading.seconds}`}>
                    <td>{clock(reading.at)}</td>
                    <td className={ui.money}>{number(reading.seconds / 60)}</td>
                    <td className={ui.money}>{`${number(reading.quantity)} ${unit}`}</td>
                    <td>{t(reading.estimated ? 'bill.estimated' : 'usage.measured')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </section>
      )
    })
}
