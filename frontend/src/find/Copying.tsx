import type { Status } from '../api/session'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Empty } from '../ui/Panel'

/** Before the first copy of the districts is here, there is nothing to search yet. */
export function Copying({ status }: { status: Status }) {
  const { t } = useWords()
  const { number } = useFormats()
  const offline = status.phase === 'offline'
  return (
    <div role="status">
      <Empty title={t(offline ? 'first.offlineTitle' : 'first.title', { rows: number(status.rows) })}>
        <p>{t(offline ? 'first.offline' : 'first.text')}</p>
      </Empty>
    </div>
  )
}
