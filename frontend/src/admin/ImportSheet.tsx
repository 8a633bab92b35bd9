import { useState } from 'react'
import type { Params } from '../api/failure'
import type { ImportRun } from '../api/imports'
import { useImportReport } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { HeldButton } from '../ui/HeldButton'
import { Facts, Panel } from '../ui/Panel'
import { Sheet } from '../ui/Sheet'
import { Trouble } from '../ui/Trouble'
import css from './Admin.module.css'

/** One import: what became of the rows of each file, and which rows were refused, where and why. */
export function ImportSheet({ run, onClose }: { run: ImportRun; onClose: () => void }) {
  const { t, sentence } = useWords()
  const { when } = useFormats()
  // What was imported before problems had codes, and what the machine said, has its English words.
  const problem = (of: { problem: string; code: string; params: Params }) =>
    of.code === '' || of.code === 'fault' ? of.problem : sentence(of)
  const [after, setAfter] = useState(0)
  const { data, error } = useImportReport(run.run_id, after)
  const state = t(`admin.importState.${run.state}`)
  return (
    <Sheet size="xl" title={t('admin.importTitle', { when: when(run.started_at) })} onClose={onClose}>
      <div className={css.panel}>
        <Facts
          facts={[
            [t('admin.importFrom'), run.source],
            [t('admin.importBy'), run.by],
            [t('admin.importEnded'), run.ended_at > 0 ? when(run.ended_at) : t('never')],
            [t('admin.deviceState'), run.problem === '' ? state : `${state}: ${problem(run)}`],
          ]}
        />
        {run.state === 'broken' && <p>{t('admin.importBroken')}</p>}
        <Trouble error={error} />
        {data && <Files files={data.files} />}
        {data && data.rows.refused > 0 && (
          <Panel
            title={t('admin.importRows', { count: data.rows.refused })}
            aside={
              <CsvButton
                table={{ name: 'refused', run_id: run.run_id }}
                what={t('admin.importRefusedRows')}
              />
            }
            flush
          >
            {data.refused_kept < data.rows.refused && (
              <p>{t('admin.importKept', { count: data.refused_kept })}</p>
            )}
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('admin.importFile')}</th>
                  <th scope="col">{t('admin.importLine')}</th>
                  <th scope="col">{t('admin.importField')}</th>
                  <th scope="col">{t('admin.importProblem')}</th>
                </tr>
              </thead>
              <tbody>
                {data.refused.map((row, at) => (
                  <tr key={after + at}>
                    <th scope="row">{row.file}</th>
                    <td>{row.line}</td>
                    <td>{row.field || t('admin.importRow')}</td>
                    <td lang={row.code === '' ? 'en' : undefined}>{problem(row)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <div className={css.bar}>
              <HeldButton
                variant="default"
                held={after === 0 ? t('held.first') : ''}
                onAct={() => setAfter(0)}
              >
                {t('admin.importFirst')}
              </HeldButton>
              <HeldButton
                variant="default"
                held={data.next === 0 ? t('held.last') : ''}
                onAct={() => setAfter(data.next)}
              >
                {t('admin.importNext')}
              </HeldButton>
            </div>
          </Panel>
        )}
      </div>
    </Sheet>
  )
}

const outcomes = ['read', 'added', 'changed', 'unchanged', 'kept', 'refused'] as const

function Files({ files }: { files: Record<string, Record<(typeof outcomes)[number], number>> }) {
  const { t } = useWords()
  const { number } = useFormats()
  const names = Object.keys(files).sort()
  if (names.length === 0) return null
  return (
    <Panel title={t('admin.importFiles')} flush>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('admin.importFile')}</th>
            {outcomes.map((outcome) => (
              <th scope="col" key={outcome}>
                {t(`admin.importRows.${outcome}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {outcomes.map((outcome) => (
                <td key={outcome}>{number(files[name]?.[outcome] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}
