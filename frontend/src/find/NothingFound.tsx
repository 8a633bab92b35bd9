import { Button } from '@mantine/core'
import type { Ref } from 'react'
import type { Found } from '../api/search'
import { useWords } from '../i18n/words'
import { Empty } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { Everywhere } from './Everywhere'

interface Lifts {
  onShowAll: () => void
  onAnyDistrict: () => void
  onAnyStatus: () => void
}

interface Props extends Lifts {
  text: string
  found: Found | undefined
  noBoxes: boolean
  /** What shows what the filters hide. */
  wayOn: Ref<HTMLDivElement>
}

/** When there is nothing to show: why, and what the filters keep away. */
export function NothingFound({ text, found, noBoxes, wayOn, ...lift }: Props) {
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
        <Button onClick={lift.onShowAll}>{t('find.showAll')}</Button>
      </Empty>
    )
  }
  if (!found || found.total > 0) return null
  const hidden = found.hidden_by_filters
  return (
    <Empty title={t('find.nothingTitle', { text })}>
      {hidden === 0 && <p>{t('find.nothing')}</p>}
      {hidden > 0 && (
        <div ref={wayOn}>
          <Hidden found={found} {...lift} />
        </div>
      )}
      <Everywhere key={text} text={text} />
    </Empty>
  )
}

/** Which filter hides how many, with a button that lifts that filter and no other. */
function Hidden({ found, onShowAll, onAnyDistrict, onAnyStatus }: { found: Found } & Lifts) {
  const { t } = useWords()
  const { hidden_by_district: byDistrict, hidden_by_status: byStatus, hidden_by_filters: all } = found
  const byBoth = all - byDistrict - byStatus
  return (
    <>
      {byDistrict > 0 && <p>{t('find.districtHides', { count: byDistrict })}</p>}
      {byStatus > 0 && <p>{t('find.statusHides', { count: byStatus })}</p>}
      {byBoth > 0 && <p>{t('find.bothHide', { count: byBoth })}</p>}
      <div className={`${ui.row} ${ui.centre}`}>
        {byDistrict > 0 && <Button onClick={onAnyDistrict}>{t('find.anyDistrict')}</Button>}
        {byStatus > 0 && <Button onClick={onAnyStatus}>{t('find.anyStatus')}</Button>}
        {all > byDistrict && all > byStatus && (
          <Button variant="default" onClick={onShowAll}>
            {t('find.showAll')}
          </Button>
        )}
      </div>
    </>
  )
}
