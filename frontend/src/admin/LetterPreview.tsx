import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { desk } from '../api/desk'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import css from './Admin.module.css'

interface Props {
  template: string
  language: 'en' | 'es'
  changes: Record<string, string>
}

/** A message to customers as it would go out after a change: with its greeting, its facts and its link. The portal writes it. */
export function LetterPreview({ template, language, changes }: Props) {
  const { t, term } = useWords()
  const id = useId()
  const read = useQuery({
    queryKey: ['policy', 'letter', template, language, changes],
    queryFn: () => desk.tryLetter({ template, language, changes }),
    gcTime: 0,
  })
  return (
    <figure className={css.letter} aria-labelledby={id}>
      <figcaption id={id}>
        {t('admin.letterReads', {
          name: term('template', template),
          language: t(`language.${language}`),
        })}
      </figcaption>
      <Trouble error={read.error} />
      {read.data && (
        <div lang={language}>
          <strong>{read.data.subject}</strong>
          <p>{read.data.text}</p>
        </div>
      )}
    </figure>
  )
}
