import { useQuery } from '@tanstack/react-query'
import { desk } from '../api/desk'
import { useDo, useWhy } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import ui from '../ui/ui.module.css'
import { usePolicyWords } from './words'

interface Props {
  changes: Record<string, string>
  now: Record<string, string>
  onSaved: () => void
  onClose: () => void
}

/** How many rows a change of the depth takes from the desks or brings to them, before it is made. */
export function DepthReview({ changes, now, onSaved, onClose }: Props) {
  const { t, sentence } = useWords()
  const { number } = useFormats()
  const { keyWords, valueWords } = usePolicyWords()
  const keys = Object.keys(changes).sort()
  const seen = Object.fromEntries(keys.map((key) => [key, now[key] ?? '']))
  const tried = useQuery({
    queryKey: ['policy', 'depth', changes],
    queryFn: () => desk.tryDepth(changes),
    gcTime: 0,
  })
  const save = useDo(desk.changePolicy, onSaved)
  const why = useWhy('policy.change', { changes }).data
  const shown = (key: string, value: string | undefined) =>
    valueWords(key, value ?? '') || t('admin.standard')
  return (
    <Dialog
      title={t('admin.depthTitle')}
      subject={<strong>{t('admin.changes', { count: keys.length })}</strong>}
      yes={t('admin.save')}
      no={t('cancel')}
      ready={tried.data !== undefined && why?.allowed === true}
      busy={save.busy}
      error={save.failure ?? tried.error}
      onYes={() => save.run({ changes, seen })}
      onClose={onClose}
    >
      <ul>
        {keys.map((key) => (
          <li key={key}>{`${keyWords(key)}: ${shown(key, now[key])} → ${shown(key, changes[key])}`}</li>
        ))}
      </ul>
      {!tried.data && !tried.error && <p role="status">{t('admin.depthCounting')}</p>}
      {tried.data?.length === 0 && <p>{t('admin.depthNothing')}</p>}
      {tried.data && tried.data.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('admin.district')}</th>
              <th scope="col">{t('admin.depthLeaves')}</th>
              <th scope="col">{t('admin.depthComes')}</th>
              <th scope="col">{t('admin.tab.devices')}</th>
            </tr>
          </thead>
          <tbody>
            {tried.data.map((effect) => (
              <tr key={effect.district_id}>
                <th scope="row">{effect.district_id || t('admin.depthNowhere')}</th>
                <td>{number(effect.leaves)}</td>
                <td>{number(effect.comes)}</td>
                <td>{number(effect.desks)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={ui.quiet}>{t('admin.depthWhen')}</p>
      {why && !why.allowed && <p className={ui.warn}>{sentence(why)}</p>}
    </Dialog>
  )
}
