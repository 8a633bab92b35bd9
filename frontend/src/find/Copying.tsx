import type { Status } from '../api/session'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Empty } from '../ui/Panel'

/** Before the first copy of the districts is here, there is nothing to search yet. */
export function Copying({ status }: { status: Status }) {
  const { t } = useWords()
  const { number, size } = useFormats()
  const offline = status.phase === 'offline'
  const file = !offline && status.copying > 0
  const title = file
    ? t('first.file', { done: size(status.copied), total: size(status.copying) })
    : t(offline ? 'first.offlineTitle' : 'first.title', { rows: number(status.rows) })
  return (
    <div role="status">
      <Empty title={title}>
        {file && <progress value={status.copied} max={status.copying} aria-label={title} />}
        <p>{t(offline ? 'first.offline' : 'first.text')}</p>
      </Empty>
    </div>
  )
}
