import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ServiceUsage, UsedPeriod } from '../api/usage'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { desk } from '../api/desk'
import { CsvButton } from '../ui/CsvButton'
import { Panel } from '../ui/Panel'
import { SaveButton } from '../ui/SaveButton'
import ui from '../ui/ui.module.css'
import css from './Usage.module.css'

interface Props {
  number: string
  usage: ServiceUsage
  period: UsedPeriod
  onPeriod: (from: string) => void
}

const warnings = ['estimated', 'questionable', 'unusual', 'gap_before']

/** Every period with what is odd about it; one of them is compared above and looked into below. */
export function UsageTable({ number: account, usage, period, onPeriod }: Props) {
  const { t, term } = useWords()
  const { number, date } = useFormats()
  // The year up to the period that is looked at: the whole history of a meter that counts by minutes is too large for one file.
  const year = usage.rows.slice(usage.rows.indexOf(period)).slice(0, 12)
  const file = { account, from: year.at(-1)?.from ?? '', to: year[0]?.to ?? '' }
  const [from, to] = [date(file.from), date(file.to)]
  return (
    <Panel
      title={t('usage.periods')}
      flush
      aside={
        <span className={ui.row}>
          <SaveButton
            kind="usage.green_button"
            args={file}
            action="greenButton"
            of={`${from} – ${to}`}
            label={t('document.readingsOf', { from, to })}
            save={async () => ((await desk.saveGreenButton(file)) ? t('document.readingsSaved') : undefined)}
          >
            {t('document.readings')}
          </SaveButton>
          <CsvButton table={{ name: 'usage', account }} what={t('usage.periods')} />
        </span>
      }
    >
      <table className={ui.dense}>
        <thead>
          <tr>
            <th scope="col">{t('usage.period')}</th>
            <th scope="col" className={ui.number}>
              {t('usage.quantity')}
            </th>
            <th scope="col" className={ui.number}>
              {t('usage.days')}
            </th>
            <th scope="col" className={ui.number}>
              {t('usage.hdd')}
            </th>
            <th scope="col" className={ui.number}>
              {t('usage.cdd')}
            </th>
            <th scope="col">{t('usage.quality')}</th>
          </tr>
        </thead>
        <tbody>
          {usage.rows.map((row) => (
            <tr key={row.from} className={row === period ? css.chosen : undefined}>
              <td className={ui.nowrap}>
                <button
                  type="button"
                  className={ui.link}
                  aria-pressed={row === period}
                  onClick={() => onPeriod(row.from)}
                >{`${date(row.from)} – ${date(row.to)}`}</button>
              </td>
              <td className={ui.money}>{`${number(row.quantity)} ${row.unit}`}</td>
              <td className={ui.money}>{number(row.days)}</td>
              <td className={ui.money}>{row.hdd === null ? '—' : number(row.hdd)}</td>
              <td className={ui.money}>{row.cdd === null ? '—' : number(row.cdd)}</td>
              <td>
                <Flags flags={row.flags} term={term} measured={t('usage.measured')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

interface FlagsProps {
  flags: readonly string[]
  term: (group: string, code: string) => string
  measured: string
}

function Flags({ flags, term, measured }: FlagsProps) {
  if (flags.length === 0) return <span className={ui.quiet}>{measured}</span>
  return (
    <span className={css.flags}>
      {flags.map((flag) => {
        const odd = warnings.includes(flag)
        const Icon = odd ? IconAlertTriangle : IconInfoCircle
        return (
          <span key={flag} className={`${ui.state} ${odd ? ui.warn : ui.quiet}`}>
            <Icon size={14} aria-hidden />
            {term('usageFlag', flag)}
          </span>
        )
      })}
    </span>
  )
}
