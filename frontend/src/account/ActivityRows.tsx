import type { Activity } from '../api/tasks'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Detail } from '../ui/Changes'
import { Pending } from '../ui/States'
import { Who } from '../ui/Who'
import ui from '../ui/ui.module.css'

/** Entries of a log, the newest first. */
export function ActivityRows({ rows, caption }: { rows: readonly Activity[]; caption?: string }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  return (
    <table aria-label={caption}>
      <thead>
        <tr>
          <th scope="col">{t('activity.when')}</th>
          <th scope="col">{t('activity.what')}</th>
          <th scope="col">{t('activity.who')}</th>
          <th scope="col">{t('activity.detail')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.activity_id}>
            <td className={ui.nowrap}>{when(row.at)}</td>
            <td>
              {term('activity', row.kind)} {row.pending && <Pending />}
            </td>
            <td>
              <Who kind={row.actor_kind} name={row.actor} />
            </td>
            <td>
              <Detail detail={row.detail} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
