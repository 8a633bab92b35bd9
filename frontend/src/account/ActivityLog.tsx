import { Button, Checkbox } from '@mantine/core'
import { Link } from 'wouter'
import { useActivity } from '../api/queries'
import type { Activity } from '../api/tasks'
import { usePlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'
import { ActivityRows } from './ActivityRows'
import { ActivityPages } from './ActivityPages'
import { OlderLog } from './OlderLog'

const listOf = (words: string | null) => (words ?? '').split(',').filter(Boolean)

/** Everything that happened to the customer's portal account: by kind, by who did it, by session; by page or all at once. */
export function ActivityLog({ number }: { number: string }) {
  const { t, term } = useWords()
  const { number: figure } = useFormats()
  const { filters, set } = usePlace()
  const kinds = listOf(filters.get('kind'))
  const actors = listOf(filters.get('actor'))
  const session = filters.get('session') ?? ''
  const all = filters.get('all') !== null
  const page = Math.max(1, Number(filters.get('page')) || 1)
  const { data: log, error } = useActivity(number, { kinds, actors, session, page, all })
  if (error) return <Trouble error={error} />
  if (!log) return null
  const toggle = (name: 'kind' | 'actor', chosen: readonly string[], one: string) => {
    const next = chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]
    set({ [name]: next.join(','), page: '' })
  }
  const fits = (row: Activity) =>
    (actors.length === 0 || actors.includes(row.actor_kind)) && (session === '' || row.session_id === session)
  const turn = (to: number) => set({ page: to === 1 ? '' : String(to), all: '' })
  const last = all || page >= log.pages
  return (
    <Panel
      title={t('tab.activity')}
      flush
      aside={
        <span className={ui.row}>
          <span className={ui.quiet} role="status">
            {t('activity.count', { count: log.total, shown: figure(log.total) })}
          </span>
          <Link to={`/masquerades?account=${encodeURIComponent(number)}`}>{t('masquerades.title')}</Link>
          <CsvButton
            table={{ name: 'activity', account: number, kinds, actors, session }}
            what={t('tab.activity')}
          />
        </span>
      }
    >
      {log.kinds.length > 0 && (
        <div className={css.kinds} role="group" aria-label={t('activity.kinds')}>
          {log.kinds.map(({ kind, count }) => (
            <Checkbox
              key={kind}
              label={`${term('activity', kind)} (${figure(count)})`}
              checked={kinds.includes(kind)}
              onChange={() => toggle('kind', kinds, kind)}
            />
          ))}
        </div>
      )}
      {log.actors.length > 1 && (
        <div className={css.kinds} role="group" aria-label={t('log.actors')}>
          {log.actors.map(({ kind, count }) => (
            <Checkbox
              key={kind}
              label={`${t(`by.${kind}`)} (${figure(count)})`}
              checked={actors.includes(kind)}
              onChange={() => toggle('actor', actors, kind)}
            />
          ))}
        </div>
      )}
      {session !== '' && (
        <div className={css.kinds}>
          <span>{t('log.session', { session })}</span>
          <Button size="xs" variant="default" onClick={() => set({ session: '', page: '' })}>
            {t('log.everySession')}
          </Button>
        </div>
      )}
      {log.rows.length === 0 ? (
        <Empty title={t('activity.none')} />
      ) : (
        <ActivityRows key={`${all} ${page}`} rows={log.rows} />
      )}
      {all && log.rows.length < log.total && (
        <p className={css.kinds}>
          {t('log.capped', { shown: figure(log.rows.length), total: figure(log.total) })}
        </p>
      )}
      <ActivityPages
        page={log.page}
        pages={log.pages}
        all={all}
        onTurn={turn}
        onAll={(every) => set({ all: every ? '1' : '', page: '' })}
      />
      {last && (
        <OlderLog key={[...kinds, ...actors, session].join(',')} number={number} kinds={kinds} fits={fits} />
      )}
    </Panel>
  )
}
