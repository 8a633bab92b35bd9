import * as v from 'valibot'
import { usePolicyHistory } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { usePolicyWords } from './words'

const changes = v.object({
  changes: v.nullish(v.record(v.string(), v.object({ before: v.unknown(), after: v.unknown() }))),
  words: v.nullish(v.string(), ''),
})

/** Who changed what, when, from what to what. */
export function HistoryPanel() {
  const { t, term } = useWords()
  const { when } = useFormats()
  const { data, error } = usePolicyHistory()
  return (
    <>
      <Trouble error={error} />
      {data && (
        <Panel title={t('admin.tab.history')} flush>
          {data.length === 0 && <Empty title={t('admin.historyNone')} />}
          {data.length > 0 && (
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('activity.when')}</th>
                  <th scope="col">{t('activity.who')}</th>
                  <th scope="col">{t('activity.what')}</th>
                  <th scope="col">{t('activity.detail')}</th>
                </tr>
              </thead>
              <tbody>
                {data.map((row) => (
                  <tr key={row.activity_id}>
                    <td>{when(row.at)}</td>
                    <td>{row.actor}</td>
                    <td>{term('activity', row.kind)}</td>
                    <td>
                      <Detail detail={row.detail} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Panel>
      )}
    </>
  )
}

function parsed(detail: string): unknown {
  try {
    return JSON.parse(detail)
  } catch {
    return undefined
  }
}

function Detail({ detail }: { detail: string }) {
  const { t } = useWords()
  const { keyWords, valueWords } = usePolicyWords()
  const read = v.safeParse(changes, parsed(detail))
  const changed = read.success ? read.output.changes : undefined
  if (!changed) return <span className={ui.quiet}>{detail}</span>
  const named = (key: string, value: unknown) =>
    typeof value === 'string' && value !== '' ? valueWords(key, value) : t('admin.standard')
  return (
    <>
      {Object.entries(changed).map(([key, { before, after }]) => (
        <div key={key}>
          {keyWords(key)}: {named(key, before)} → {named(key, after)}
        </div>
      ))}
      {read.success && read.output.words !== '' && <div className={ui.quiet}>{read.output.words}</div>}
    </>
  )
}
