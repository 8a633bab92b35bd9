import { IconAlertTriangle, IconBulb } from '@tabler/icons-react'
import type { Insight } from '../api/usage'
import { useFormats } from '../i18n/formats'
import { useWords, type Words } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import css from './Usage.module.css'

interface Props {
  insights: readonly Insight[]
  onTab: (tab: string) => void
}

/** What is worth knowing before the caller says it: warnings first, each with its reason and where more of it stands. */
export function Insights({ insights, onTab }: Props) {
  const { t } = useWords()
  const words = useInsightWords()
  return (
    <Panel title={t('insight.title', { count: insights.length })} flush>
      {insights.length === 0 && <p className={`${css.says} ${ui.quiet}`}>{t('overview.noWarnings')}</p>}
      <ul className={css.insights}>
        {insights.map((insight) => {
          const warning = insight.group === 'warning'
          const Icon = warning ? IconAlertTriangle : IconBulb
          return (
            <li key={insight.code}>
              <Icon
                size={16}
                className={warning ? ui.warn : ui.quiet}
                role="img"
                aria-label={t(warning ? 'insight.warning' : 'insight.hint')}
              />
              <span>{words(insight)}</span>
              {insight.tab !== '' && (
                <button type="button" className={ui.link} onClick={() => onTab(insight.tab)}>
                  {t('insight.more', { tab: tabName(t, insight.tab) })}
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

const tabNames = ['billing', 'usage', 'webusers', 'tasks', 'notifications'] as const

function tabName(t: Words['t'], tab: string): string {
  const known = tabNames.find((name) => name === tab)
  return known ? t(`tab.${known}`) : tab
}

/** An insight as a sentence. One that this window does not know is its code, read aloud. */
function useInsightWords() {
  const { t, term } = useWords()
  const { money, date } = useFormats()
  return ({ code, cents, dates, words, count }: Insight): string => {
    const params: Record<string, string | number> = { count }
    for (const [name, amount] of Object.entries(cents)) params[name] = money(amount)
    for (const [name, day] of Object.entries(dates)) params[name === 'then' ? 'since' : name] = date(day)
    for (const [name, word] of Object.entries(words)) params[name] = word
    if (code === 'flags') {
      return (words['flags'] ?? '')
        .split(';')
        .map((flag) => term('flagText', flag))
        .join('. ')
    }
    if (words['template']) params['template'] = term('template', words['template'])
    return isInsight(code) ? t(`insight.${code}`, params) : term('insight', code)
  }
}

const known = [
  'locked',
  'vacant',
  'overdue',
  'payment_returned',
  'notification_bounced',
  'paperless_bounced',
  'bill_higher',
  'bill_jumped',
  'estimated_often',
  'estimated',
  'catching_up',
  'late_fees',
  'price_changed',
  'payments_open',
  'credit',
  'no_usage',
] as const

function isInsight(code: string): code is (typeof known)[number] {
  return known.some((one) => one === code)
}
