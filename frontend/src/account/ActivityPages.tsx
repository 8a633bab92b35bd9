import { Button, NativeSelect } from '@mantine/core'
import { useWords } from '../i18n/words'
import css from './Account.module.css'

interface Props {
  page: number
  pages: number
  /** All entries stand on one page now. */
  all: boolean
  onTurn: (page: number) => void
  onAll: (all: boolean) => void
}

/** Pages of a log: to the next and the one before, a jump to any, all at once, and back to pages. */
export function ActivityPages({ page, pages, all, onTurn, onAll }: Props) {
  const { t } = useWords()
  if (pages <= 1) return null
  const button = (label: string, off: boolean, to: number) => (
    <Button
      variant="default"
      aria-disabled={off}
      data-disabled={off || undefined}
      onClick={() => {
        if (!off) onTurn(to)
      }}
    >
      {label}
    </Button>
  )
  return (
    <nav className={css.pages} aria-label={t('activity.pages')}>
      {all ? (
        <Button variant="default" onClick={() => onAll(false)}>
          {t('log.paged')}
        </Button>
      ) : (
        <>
          {button(t('activity.previous'), page <= 1, page - 1)}
          <NativeSelect
            size="xs"
            aria-label={t('activity.jump')}
            value={String(page)}
            data={Array.from({ length: pages }, (_, at) => ({
              value: String(at + 1),
              label: t('activity.page', { page: at + 1, pages }),
            }))}
            onChange={(event) => onTurn(Number(event.currentTarget.value))}
          />
          {button(t('activity.next'), page >= pages, page + 1)}
          <Button variant="default" onClick={() => onAll(true)}>
            {t('log.all')}
          </Button>
        </>
      )}
    </nav>
  )
}
