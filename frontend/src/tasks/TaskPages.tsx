import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { HeldButton } from '../ui/HeldButton'
import ui from '../ui/ui.module.css'

/** How many tasks a page holds. */
export const pageSize = 50

interface Props {
  offset: number
  total: number
  onTurn: (offset: number) => void
}

/** Turns the pages of a list of tasks; nothing where one page holds them all. */
export function TaskPages({ offset, total, onTurn }: Props) {
  const { t } = useWords()
  const { number } = useFormats()
  if (total <= pageSize && offset === 0) return null
  const first = offset === 0
  const end = Math.min(offset + pageSize, total)
  const last = end >= total
  return (
    <nav className={ui.row} aria-label={t('activity.pages')}>
      <HeldButton
        variant="default"
        action="previousPage"
        held={first ? t('held.first') : ''}
        onAct={() => onTurn(Math.max(0, offset - pageSize))}
      >
        {t('activity.previous')}
      </HeldButton>
      <span>{t('tasks.range', { from: Math.min(offset + 1, total), to: end, total: number(total) })}</span>
      <HeldButton
        variant="default"
        action="nextPage"
        held={last ? t('held.last') : ''}
        onAct={() => onTurn(offset + pageSize)}
      >
        {t('activity.next')}
      </HeldButton>
    </nav>
  )
}
