import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconPlayerStop,
  IconProgress,
} from '@tabler/icons-react'
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ImportRun } from '../api/imports'
import { useImports } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { ImportSheet } from './ImportSheet'

/** What came in from other systems, by whom, and what became of it. The portal is asked each time; offline it says so. */
export function ImportsPanel() {
  const { t } = useWords()
  const { when, number } = useFormats()
  const { data, error, refetch, isFetching } = useImports()
  const [chosen, setChosen] = useState<ImportRun>()
  return (
    <>
      <Trouble error={error} />
      {(data ?? error) && (
        <Panel
          title={data ? t('admin.importCount', { count: data.length }) : t('admin.tab.imports')}
          aside={
            <span className={ui.row}>
              <CsvButton table={{ name: 'imports' }} what={t('admin.tab.imports')} />
              <Button
                variant="default"
                aria-disabled={isFetching}
                onClick={() => !isFetching && void refetch()}
              >
                {t('admin.importAgain')}
              </Button>
            </span>
          }
          flush
        >
          {data?.length === 0 && (
            <Empty title={t('admin.importNone')}>
              <p>{t('admin.importNoneText')}</p>
            </Empty>
          )}
          {data && data.length > 0 && (
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('admin.importStarted')}</th>
                  <th scope="col">{t('admin.importFrom')}</th>
                  <th scope="col">{t('admin.importBy')}</th>
                  <th scope="col">{t('admin.deviceState')}</th>
                  <th scope="col">{t('admin.importAdded')}</th>
                  <th scope="col">{t('admin.importChanged')}</th>
                  <th scope="col">{t('admin.importUnchanged')}</th>
                  <th scope="col">{t('admin.importRefused')}</th>
                  <th scope="col">{t('admin.actions')}</th>
                </tr>
              </thead>
              <tbody>
                {data.map((run) => (
                  <tr key={run.run_id}>
                    <th scope="row">{when(run.started_at)}</th>
                    <td>{run.source}</td>
                    <td>{run.by || '—'}</td>
                    <td>
                      <ImportState run={run} />
                    </td>
                    <td>{number(run.rows.added)}</td>
                    <td>{number(run.rows.changed)}</td>
                    <td>{number(run.rows.unchanged)}</td>
                    <td>{number(run.rows.refused)}</td>
                    <td>
                      <Button
                        variant="default"
                        aria-label={t('action.named', {
                          action: t('admin.importReport'),
                          username: when(run.started_at),
                        })}
                        onClick={() => setChosen(run)}
                      >
                        {t('admin.importReport')}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Panel>
      )}
      {chosen && <ImportSheet run={chosen} onClose={() => setChosen(undefined)} />}
    </>
  )
}

const marks = {
  running: { Icon: IconProgress, tone: ui.quiet },
  done: { Icon: IconCircleCheck, tone: ui.good },
  in_part: { Icon: IconAlertTriangle, tone: ui.warn },
  failed: { Icon: IconCircleX, tone: ui.bad },
  broken: { Icon: IconPlayerStop, tone: ui.bad },
} as const

function ImportState({ run }: { run: ImportRun }) {
  const { t } = useWords()
  const { Icon, tone } = marks[run.state]
  return (
    <span className={ui.state}>
      <Icon size={14} className={tone} aria-hidden />
      {t(`admin.importState.${run.state}`)}
    </span>
  )
}
