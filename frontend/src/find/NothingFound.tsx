import { Button } from '@mantine/core'
import type { Found } from '../api/search'
import { useWords } from '../i18n/words'
import { Empty } from '../ui/Panel'
import { Everywhere } from './Everywhere'

interface Props {
  text: string
  found: Found | undefined
  noBoxes: boolean
  onShowAll: () => void
}

/** When there is nothing to show: why, and what the filters keep away. */
export function NothingFound({ text, found, noBoxes, onShowAll }: Props) {
  const { t } = useWords()
  if (text === '') {
    return (
      <Empty title={t('find.startTitle')}>
        <p>{t('find.start')}</p>
      </Empty>
    )
  }
  if (noBoxes) {
    return (
      <Empty title={t('find.noBoxesTitle')}>
        <p>{t('find.noBoxes')}</p>
        <Button onClick={onShowAll}>{t('find.showAll')}</Button>
      </Empty>
    )
  }
  if (!found || found.total > 0) return null
  const hidden = found.hidden_by_filters
  return (
    <Empty title={t('find.nothingTitle', { text })}>
      <p>{hidden > 0 ? t('find.nothingHidden', { count: hidden }) : t('find.nothing')}</p>
      {hidden > 0 && <Button onClick={onShowAll}>{t('find.showAll')}</Button>}
      {hidden === 0 && <Everywhere key={text} text={text} />}
    </Empty>
  )
}
