import { Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { desk } from '../api/desk'
import { useDo, useStatus, useWhy } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { usePolicyWords } from './words'

interface Props {
  changes: Record<string, string>
  now: Record<string, string>
  onSaved: () => void
  onClose: () => void
}

/** What a change of the policy changes, and for whom: before it is made. */
export function PolicyReview({ changes, now, onSaved, onClose }: Props) {
  const { t, sentence } = useWords()
  const { keyWords, valueWords, actWords } = usePolicyWords()
  const [words, setWords] = useState('')
  const keys = Object.keys(changes).sort()
  const seen = Object.fromEntries(keys.map((key) => [key, now[key] ?? '']))
  const dry = useQuery({
    queryKey: ['policy', 'dry', changes],
    queryFn: () => desk.dryRun({ changes, seen }),
    gcTime: 0,
  })
  const save = useDo(desk.changePolicy, onSaved)
  const why = useWhy('policy.change', { changes }).data
  const online = useStatus().data?.online
  const named = (key: string, value: string | undefined) =>
    valueWords(key, value ?? '') || t('admin.standard')
  return (
    <Dialog
      title={t('admin.reviewTitle')}
      subject={<strong>{t('admin.changes', { count: keys.length })}</strong>}
      yes={t('admin.save')}
      no={t('cancel')}
      ready={dry.data !== undefined && why?.allowed === true && online === true}
      busy={save.busy}
      error={save.failure ?? dry.error}
      onYes={() => save.run({ changes, seen, words: words.trim() })}
      onClose={onClose}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{t('admin.key')}</th>
            <th scope="col">{t('admin.before')}</th>
            <th scope="col">{t('admin.after')}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key}>
              <th scope="row">{keyWords(key)}</th>
              <td>{named(key, now[key])}</td>
              <td>{named(key, changes[key])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>{t('admin.forWhom')}</h3>
      {dry.data?.length === 0 && <p>{t('admin.forNobody')}</p>}
      <ul>
        {dry.data?.map((effect) => (
          <li key={`${effect.csr_id} ${effect.what}`}>
            {t('admin.effect', {
              who: `${effect.name} (${effect.csr_id})`,
              what: actWords(effect.what),
              before: valueWords(effect.what, effect.before),
              after: valueWords(effect.what, effect.after),
            })}
          </li>
        ))}
      </ul>
      <Textarea
        label={t('admin.words')}
        value={words}
        maxLength={500}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {why && !why.allowed && <p className={ui.warn}>{sentence(why)}</p>}
      {online === false && why?.allowed && <Trouble error={{ code: 'online_only', params: {} }} />}
    </Dialog>
  )
}
