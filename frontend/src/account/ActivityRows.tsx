import { memo, useEffect, useRef, useState } from 'react'
import type { Activity } from '../api/tasks'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Detail } from '../ui/Changes'
import { Pending } from '../ui/States'
import { Who } from '../ui/Who'
import ui from '../ui/ui.module.css'

/** How many rows are drawn at once: more come as one gets near their end, so that thousands open as quickly as a page. */
const drawn = 200

/** Entries of a log, the newest first. */
export function ActivityRows({ rows, caption }: { rows: readonly Activity[]; caption?: string }) {
  const { t } = useWords()
  const [upTo, setUpTo] = useState(drawn)
  const parts = []
  for (let from = 0; from < Math.min(upTo, rows.length); from += drawn)
    parts.push(rows.slice(from, from + drawn))
  return (
    <>
      <table aria-label={caption} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">{t('activity.when')}</th>
            <th scope="col">{t('activity.what')}</th>
            <th scope="col">{t('activity.who')}</th>
            <th scope="col">{t('activity.detail')}</th>
          </tr>
        </thead>
        {parts.map((part, at) => (
          <Part key={part[0]?.activity_id ?? at} rows={part} />
        ))}
      </table>
      {upTo < rows.length && <More onNear={() => setUpTo(upTo + drawn)} />}
    </>
  )
}

/** A part of the rows. What was drawn is not drawn again when more come. */
const Part = memo(function Part({ rows }: { rows: readonly Activity[] }) {
  const { term } = useWords()
  const { when } = useFormats()
  return (
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
  )
}, sameRows)

function sameRows(one: { rows: readonly Activity[] }, other: { rows: readonly Activity[] }): boolean {
  return one.rows.length === other.rows.length && one.rows.every((row, at) => row === other.rows[at])
}

/** Asks for more when it comes near the part that is seen; by keyboard it is a button. */
function More({ onNear }: { onNear: () => void }) {
  const { t } = useWords()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!button.current || !('IntersectionObserver' in window)) return
    const seen = new IntersectionObserver(
      (entries) => {
        // With the focus it waits to be pressed: rows that come by themselves would push it out of sight.
        if (button.current !== document.activeElement && entries.some((entry) => entry.isIntersecting))
          onNear()
      },
      { rootMargin: '1200px' },
    )
    seen.observe(button.current)
    return () => seen.disconnect()
  })
  return (
    <button type="button" ref={button} className={ui.link} onClick={onNear}>
      {t('log.more')}
    </button>
  )
}
