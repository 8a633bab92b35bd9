import { useId, type ReactNode } from 'react'
import css from './ui.module.css'

interface Props {
  title: string
  aside?: ReactNode
  flush?: boolean
  children: ReactNode
}

/** A titled part of the work area; flush ones hold tables and lists. */
export function Panel({ title, aside, flush, children }: Props) {
  const id = useId()
  return (
    <section className={css.panel} aria-labelledby={id}>
      <header className={css.head}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={flush ? css.scroll : css.body}>{children}</div>
    </section>
  )
}

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value === '' || value === null ? '—' : value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Title, sentence, and the one thing to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      <h2>{title}</h2>
      {children}
    </div>
  )
}
