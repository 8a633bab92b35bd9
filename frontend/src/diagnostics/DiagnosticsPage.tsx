import { Button } from '@mantine/core'
import { desk } from '../api/desk'
import { useDiagnosis, useDo } from '../api/queries'
import frame from '../frame/Frame.module.css'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { Facts, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** How this desk stands, as deskctl doctor says it, and the bundle that support staff may have. */
export default function DiagnosticsPage() {
  const { t, sentence } = useWords()
  const { when, number } = useFormats()
  const { say } = useNotice()
  const { data, error, refetch, isFetching } = useDiagnosis()
  const save = useDo(desk.supportBundle, (saved) => saved && say(t('diagnosis.saved')))
  const moment = (at: number) => (at > 0 ? when(at) : t('never'))
  return (
    <div className={frame.page}>
      <h1>{t('diagnosis.title')}</h1>
      <Trouble error={error ?? save.failure} />
      <div className={ui.row}>
        <Button onClick={() => !save.busy && save.run(undefined)}>{t('diagnosis.save')}</Button>
        <Button variant="default" aria-disabled={isFetching} onClick={() => void refetch()}>
          {t('diagnosis.again')}
        </Button>
        <span className={ui.quiet}>{t('diagnosis.saveText')}</span>
      </div>
      {data && (
        <>
          {data.problem && (
            <p role="status" className={ui.warn}>
              {sentence(data.problem)}
            </p>
          )}
          <Panel title={t('diagnosis.desk')}>
            <Facts
              facts={[
                [t('diagnosis.version'), `${data.version} · ${data.system}`],
                [t('diagnosis.connection'), t(`phase.${data.phase}`)],
                [t('diagnosis.asOf'), moment(data.as_of)],
                [t('diagnosis.streamProved'), moment(data.proof.at)],
                [t('diagnosis.fileProved'), moment(data.proof.read_at)],
                [t('diagnosis.unsent'), number(data.unsent)],
                [t('diagnosis.attention'), number(data.attention)],
                [t('diagnosis.device'), data.device],
              ]}
            />
          </Panel>
          <Panel title={t('diagnosis.scopes')} flush>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('diagnosis.scope')}</th>
                  <th scope="col">{t('diagnosis.rows')}</th>
                  <th scope="col">{t('diagnosis.proved')}</th>
                </tr>
              </thead>
              <tbody>
                {data.scopes.map((scope) => (
                  <tr key={scope.scope}>
                    <th scope="row">{scope.scope}</th>
                    <td>{number(scope.rows)}</td>
                    <td>{t(scope.proved ? 'yes' : 'no')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        </>
      )}
    </div>
  )
}
