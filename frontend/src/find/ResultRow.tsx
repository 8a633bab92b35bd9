import { Link } from 'wouter'
import { useDistricts } from '../api/queries'
import type { Hit } from '../api/search'
import { hitPlace } from '../frame/place'
import { useWords } from '../i18n/words'
import { LockedMark, PortalStatus } from '../ui/States'
import ui from '../ui/ui.module.css'
import css from './Find.module.css'

interface Props {
  hit: Hit
  showEmail: boolean
  onOpen?: (number: string) => void
}

/** One result. With an account it opens its console, without one the page of the person or the place. */
export function ResultRow({ hit, showEmail, onOpen }: Props) {
  const { t } = useWords()
  const district = useDistricts().data?.find(({ id }) => id === hit.district_id)?.name ?? hit.district_id
  return (
    <li>
      <Link
        to={hitPlace(hit)}
        className={css.row}
        onClick={(event) => {
          if (!onOpen || !hit.account_number) return
          event.preventDefault()
          onOpen(hit.account_number)
        }}
      >
        <span className={css.name}>
          {hit.name || t('find.noName')}
          {hit.kind !== 'customer' && <span className={ui.quiet}> · {t(`hit.${hit.kind}`)}</span>}
        </span>
        <span>
          {hit.service_address}
          {showEmail && hit.email && <span className={ui.quiet}> · {hit.email}</span>}
        </span>
        <span>{hit.account_number || <span className={ui.quiet}>{t('find.noAccount')}</span>}</span>
        <span className={ui.quiet}>{district}</span>
        <span className={ui.row}>
          <PortalStatus status={hit.portal_status} />
          {hit.locked && <LockedMark />}
        </span>
      </Link>
    </li>
  )
}
