import type { Receipt } from '../api/tasks'
import { useFormats } from '../i18n/formats'
import { useWords, type Words } from '../i18n/words'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'

/** What a masquerade tried and was refused, and the addresses of others that its pages were refused. */
export function Refused({ receipt }: { receipt: Receipt }) {
  const { t, sentence } = useWords()
  const { when } = useFormats()
  return (
    <>
      {receipt.refused.length > 0 && (
        <Panel title={t('receipt.refused')}>
          {receipt.refused.map((each) => (
            <p key={each.activity_id}>
              {when(each.at)} · {refusal(each.detail, sentence)}
            </p>
          ))}
        </Panel>
      )}
      {receipt.others.length > 0 && (
        <Panel title={t('receipt.others')}>
          <p>{t('receipt.othersWhy')}</p>
          <ul className={ui.changes}>
            {receipt.others.map(({ origin, at }) => (
              <li key={origin}>
                <bdi>{origin}</bdi> <span className={ui.quiet}>{when(at)}</span>
              </li>
            ))}
          </ul>
          {receipt.others_more && <p className={ui.quiet}>{t('receipt.moreOthers')}</p>}
        </Panel>
      )}
    </>
  )
}

/** Words a refusal with the page that it was met on, and the task that it was about. */
function refusal(detail: Receipt['refused'][number]['detail'], sentence: Words['sentence']) {
  const said = Object.entries(detail ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
  const { code = '', page, ...params } = Object.fromEntries<string>(said.map(([name = '', value = '']) => [name, value]))
  return [page, code && sentence({ code, params })].filter(Boolean).join(' · ')
}
