import { Tooltip } from '@mantine/core'
import { desk } from '../api/desk'
import { useWords } from '../i18n/words'
import { useNotice } from './Notice'
import css from './ui.module.css'

/** An identifier that a click copies. */
export function CopyId({ id, label }: { id: string; label: string }) {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const copy = () => {
    desk.copyText(id).then(
      () => say(t('copied', { id })),
      () => say(sentence({ code: 'fault', params: {} })),
    )
  }
  return (
    <Tooltip label={t('copy')}>
      <button type="button" className={css.copy} onClick={copy} aria-label={`${label} ${id}. ${t('copy')}`}>
        {id}
      </button>
    </Tooltip>
  )
}
