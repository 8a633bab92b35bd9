import { useWords } from '../i18n/words'
import { Filters } from '../ui/Filters'

/** The filters that stand in the route, none of them chosen. */
export const anyMasquerade = { state: '', csr: '', user: '', account: '', from: '', to: '' }
type Filter = keyof typeof anyMasquerade

interface Props {
  filters: Record<Filter, string>
  /** Only the user's own are listed, so nobody is asked whose. */
  own: boolean
  onFilter: (changes: Partial<Record<Filter, string>>) => void
}

/** Which masquerades are listed. */
export function MasqueradeFilters({ filters, own, onFilter }: Props) {
  const { t } = useWords()
  const states = [
    { value: '', label: t('masquerades.anyState') },
    { value: 'open', label: t('masquerades.open') },
    { value: 'over', label: t('masquerades.over') },
  ]
  return (
    <Filters filters={filters} onFilter={onFilter}>
      {({ typed, chosen }) => (
        <>
          {chosen('state', t('masquerades.state'), states)}
          {!own && typed('csr', t('masquerades.csr'), 'CSR001')}
          {typed('user', t('masquerade.as'), 'W00000001')}
          {typed('account', t('task.account'), '030000013')}
          {typed('from', t('masquerades.from'), t('taskQuery.day'))}
          {typed('to', t('masquerades.to'), t('taskQuery.day'))}
        </>
      )}
    </Filters>
  )
}
