import type { Staff } from '../api/admin'
import { useExplain, usePolicyBook } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Sheet } from '../ui/Sheet'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { usePolicyWords } from './words'

/** Why somebody may, or may not, do something: what decides it, who set that, and when. */
export function ExplainSheet({ person, onClose }: { person: Staff; onClose: () => void }) {
  const { t } = useWords()
  const { when } = useFormats()
  const { actWords, keyWords, valueWords } = usePolicyWords()
  const { data, error } = useExplain(person.csr_id)
  const entries = usePolicyBook().data?.entries ?? []
  const because = (key: string) => {
    if (key === '') return t('admin.becauseRole', { role: t(`role.${person.role}`) })
    const entry = entries.find(({ policy_key }) => policy_key === key)
    const set = entry && entry.changed_at > 0
    const by = set
      ? t('admin.setBy', { who: entry.changed_by, when: when(entry.changed_at) })
      : t('admin.standard')
    return `${keyWords(key)} · ${by}`
  }
  return (
    <Sheet title={t('admin.explainTitle', { name: person.name, id: person.csr_id })} onClose={onClose}>
      <Trouble error={error} />
      <table>
        <thead>
          <tr>
            <th scope="col">{t('admin.permission')}</th>
            <th scope="col">{t('admin.is')}</th>
            <th scope="col">{t('admin.because')}</th>
          </tr>
        </thead>
        <tbody>
          {data?.map((standing) => (
            <tr key={standing.what}>
              <th scope="row">{actWords(standing.what)}</th>
              <td>{valueWords(standing.what, standing.is)}</td>
              <td className={ui.quiet}>{because(standing.key)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Sheet>
  )
}
