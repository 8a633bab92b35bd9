import { IconAlertTriangle } from '@tabler/icons-react'
import { failureFrom } from '../api/failure'
import { useWords } from '../i18n/words'
import css from './ui.module.css'

/** What went wrong, in a sentence, where it went wrong. Nothing when nothing did. */
export function Trouble({ error }: { error: unknown }) {
  const { sentence } = useWords()
  if (!error) return null
  return (
    <div role="alert" className={css.alert}>
      <IconAlertTriangle size={18} aria-hidden />
      <span>{sentence(failureFrom(error))}</span>
    </div>
  )
}
