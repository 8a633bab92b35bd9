import css from './Usage.module.css'

export interface Bar {
  key: string
  value: number
  /** What the bar says when pointed at. */
  title: string
  /** Not measured: drawn in outline. */
  hollow?: boolean
}

const fewest = 12
const height = 88
const step = 24

interface Props {
  bars: readonly Bar[]
  /** The whole chart in words; the figures themselves stand in a table. */
  label: string
  /** What stands under the first and the last bar. */
  first: string
  last: string
}

/** Amounts over time, the oldest first. Below nothing, as of what goes into the grid, a bar hangs from the line. */
export function Bars({ bars, label, first, last }: Props) {
  const most = Math.max(...bars.map(({ value }) => value), 0)
  const least = Math.min(...bars.map(({ value }) => value), 0)
  const scale = height / (most - least || 1)
  const slots = Math.max(bars.length, fewest)
  return (
    <figure className={css.figure}>
      <svg
        className={css.bars}
        viewBox={`0 0 ${slots * step} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {bars.map(({ key, value, title, hollow }, at) => (
          <rect
            key={key}
            className={hollow ? css.hollow : undefined}
            x={at * step + 1}
            y={(most - Math.max(value, 0)) * scale}
            width={step - 6}
            height={Math.max(Math.abs(value) * scale, 1)}
          >
            <title>{title}</title>
          </rect>
        ))}
      </svg>
      <figcaption className={css.axis} aria-hidden style={{ width: `${(bars.length / slots) * 100}%` }}>
        <span>{first}</span>
        {bars.length > 1 && <span>{last}</span>}
      </figcaption>
    </figure>
  )
}
