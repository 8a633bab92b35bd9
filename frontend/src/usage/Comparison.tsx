import { NativeSelect } from '@mantine/core'
import type { ServiceUsage, UsedPeriod } from '../api/usage'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Usage.module.css'

interface Props {
  usage: ServiceUsage
  period: UsedPeriod
  onPeriod: (from: string) => void
}

/** A period beside the one before and the one of a year before: bars and figures in one table. */
export function Comparison({ usage, period, onPeriod }: Props) {
  const { t } = useWords()
  const { number, date, percent } = useFormats()
  const find = (from: string) => usage.rows.find((row) => row.from === from)
  const compared = [
    { name: t('usage.this'), row: period },
    { name: t('usage.before'), row: find(period.before) },
    { name: t('usage.yearBefore'), row: find(period.year_before) },
  ]
  const most = Math.max(...compared.map(({ row }) => row?.per_day ?? 0), Number.MIN_VALUE)
  const degrees = compared.some(({ row }) => row && (row.hdd !== null || row.cdd !== null))
  const change = (row: UsedPeriod) =>
    row === period || row.per_day === 0 ? '' : signed(period.per_day / row.per_day - 1)
  const signed = (part: number) => (part > 0 ? `+${percent(part)}` : percent(part))
  const span = ({ from, to }: UsedPeriod) => `${date(from)} – ${date(to)}`
  return (
    <Panel
      title={t('usage.comparison')}
      flush
      aside={
        <NativeSelect
          size="xs"
          aria-label={t('usage.period')}
          value={period.from}
          data={usage.rows.map((row) => ({ value: row.from, label: span(row) }))}
          onChange={(event) => onPeriod(event.currentTarget.value)}
        />
      }
    >
      <table className={ui.dense}>
        <thead>
          <tr>
            <th scope="col">{t('usage.period')}</th>
            <th scope="col" style={{ width: '24%' }}>
              {t('usage.perDay')}
            </th>
            <th scope="col" className={ui.number}>
              {t('usage.perDayIn', { unit: usage.unit })}
            </th>
            <th scope="col" className={ui.number}>
              {t('usage.days')}
            </th>
            <th scope="col" className={ui.number}>
              {t('usage.quantity')}
            </th>
            {degrees && (
              <>
                <th scope="col" className={ui.number}>
                  {t('usage.hdd')}
                </th>
                <th scope="col" className={ui.number}>
                  {t('usage.cdd')}
                </th>
              </>
            )}
            <th scope="col" className={ui.number}>
              {t('usage.thisAgainst')}
            </th>
          </tr>
        </thead>
        <tbody>
          {compared.map(({ name, row }) => (
            <tr key={name}>
              <th scope="row">
                {name}
                {row && <div className={ui.fine}>{span(row)}</div>}
              </th>
              {row ? (
                <>
                  <td>
                    <svg className={css.side} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
                      <rect
                        className={row.quality === 'estimated' ? css.hollow : undefined}
                        x={0}
                        y={1}
                        width={(Math.max(row.per_day, 0) / most) * 99 + 0.5}
                        height={8}
                      />
                    </svg>
                  </td>
                  <td className={ui.money}>
                    <strong>{number(round(row.per_day))}</strong>
                  </td>
                  <td className={ui.money}>{number(row.days)}</td>
                  <td className={ui.money}>{`${number(row.quantity)} ${row.unit}`}</td>
                  {degrees && (
                    <>
                      <td className={ui.money}>{row.hdd === null ? '—' : number(row.hdd)}</td>
                      <td className={ui.money}>{row.cdd === null ? '—' : number(row.cdd)}</td>
                    </>
                  )}
                  <td className={ui.money}>{change(row)}</td>
                </>
              ) : (
                <td colSpan={degrees ? 7 : 5} className={ui.quiet}>
                  {t('usage.notHere')}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

/** Tenths are what a person reads. */
function round(perDay: number): number {
  return Math.round(perDay * 10) / 10
}
