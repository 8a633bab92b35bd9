import { Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { desk } from '../api/desk'
import { useWords } from '../i18n/words'
import { useKeptForm } from '../ui/kept'
import { LetterPreview } from './LetterPreview'
import { lettersIn } from './letters'
import { seenOf } from './policy'
import { ReviewDialog, type Reviewed } from './ReviewDialog'
import { usePolicyWords } from './words'

/** What a change of the policy changes, and for whom: before it is made. */
export function PolicyReview(of: Reviewed) {
  const { t } = useWords()
  const { valueWords, actWords } = usePolicyWords()
  const { changes, now } = of
  const form = useKeptForm(`policy why ${Object.keys(changes).sort().join(' ')}`, { words: '' })
  const { words } = form.values
  const seen = seenOf(changes, now)
  const dry = useQuery({
    queryKey: ['policy', 'dry', changes],
    queryFn: () => desk.dryRun({ changes, seen }),
    gcTime: 0,
  })
  const letters = lettersIn(Object.keys(changes))
  return (
    <ReviewDialog {...of} title={t('admin.reviewTitle')} tried={dry} words={words} form={form}>
      {letters.map((letter) => (
        <LetterPreview key={`${letter.template} ${letter.language}`} {...letter} changes={changes} />
      ))}
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
        onChange={(event) => form.set({ words: event.currentTarget.value })}
      />
    </ReviewDialog>
  )
}
