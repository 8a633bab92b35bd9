import { Button } from '@mantine/core'
import { useState } from 'react'
import type { MasqueradeRow } from '../api/masquerades'
import { useMasquerades, useStatus } from '../api/queries'
import frame from '../frame/Frame.module.css'
import { useListFilters } from '../frame/listFilters'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { pageSize, TaskPages } from '../tasks/TaskPages'
import { CsvButton } from '../ui/CsvButton'
import { Empty } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { EndDialog } from './EndDialog'
import { anyMasquerade, MasqueradeFilters } from './MasqueradeFilters'
import { MasqueradeTable } from './MasqueradeTable'

/** The masquerades that the filters choose, to be written as a table. */
function tableOf({ state, csr, user, account, from, to }: typeof anyMasquerade) {
  const masquerades = { State: state, CSR: csr, WebUser: user }
  return { name: 'masquerades', account, from, to, masquerades } as const
}

/** The masquerades, open and over: everybody's for who may review, else one's own. */
export default function MasqueradesPage() {
  const { t } = useWords()
  const { when, number } = useFormats()
  const [ending, setEnding] = useState<MasqueradeRow>()
  const { filters, offset, filter, turn } = useListFilters(anyMasquerade)
  const { data: page, error } = useMasquerades({ ...filters, limit: pageSize, offset })
  const asOf = useStatus().data?.as_of ?? 0
  return (
    <div className={frame.page}>
      <div className={ui.row}>
        <h1>{t('masquerades.title')}</h1>
        <span className={ui.quiet} role="status">
          {page &&
            t(page.more ? 'masquerades.more' : 'masquerades.count', {
              count: page.total,
              shown: number(page.total),
            })}
          {asOf > 0 && ` · ${t('strip.asOf', { when: when(asOf) })}`}
        </span>
        <CsvButton table={tableOf(filters)} what={t('masquerades.title')} />
      </div>
      {page?.own && <p className={ui.quiet}>{t('masquerades.own')}</p>}
      <MasqueradeFilters filters={filters} own={page?.own ?? false} onFilter={filter} />
      <Trouble error={error} />
      {page && (
        <div className={`${ui.panel} ${ui.scroll}`}>
          {page.rows.length === 0 ? (
            <Empty title={t('masquerades.none')}>
              <p>{t('masquerades.noneText')}</p>
              <Button onClick={() => filter(anyMasquerade)}>{t('masquerades.showAll')}</Button>
            </Empty>
          ) : (
            <MasqueradeTable rows={page.rows} onEnd={setEnding} />
          )}
        </div>
      )}
      {page && <TaskPages offset={offset} total={page.total} onTurn={turn} />}
      {ending && <EndDialog masquerade={ending} onClose={() => setEnding(undefined)} />}
    </div>
  )
}
