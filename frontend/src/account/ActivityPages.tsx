import { Button, NativeSelect } from '@mantine/core'
import { useOffer } from '../frame/offers'
import { useWords } from '../i18n/words'
import { HeldButton } from '../ui/HeldButton'
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
  const paged = pages > 1
  useOffer(paged ? (all ? 'viewPages' : 'viewAll') : undefined, { run: () => onAll(!all) })
  if (!paged) return null
  return (
    <nav className={css.pages} aria-label={t('activity.pages')}>
      {all ? (
        <Button variant="default" onClick={() => onAll(false)}>
          {t('log.paged')}
        </Button>
      ) : (
        <>
          <HeldButton
            variant="default"
            action="previousPage"
            held={page <= 1 ? t('held.first') : ''}
            onAct={() => onTurn(page - 1)}
          >
            {t('activity.previous')}
          </HeldButton>
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
          <HeldButton
            variant="default"
            action="nextPage"
            held={page >= pages ? t('held.last') : ''}
            onAct={() => onTurn(page + 1)}
          >
            {t('activity.next')}
          </HeldButton>
          <Button variant="default" onClick={() => onAll(true)}>
            {t('log.all')}
          </Button>
        </>
      )}
    </nav>
  )
}
