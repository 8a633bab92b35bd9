import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Sheet } from './Sheet'
import { Trouble } from './Trouble'
import css from './ui.module.css'

interface Props {
  title: string
  /** Who and what it is about: on every confirmation, so that the wrong record is noticed. */
  subject: ReactNode
  children: ReactNode
  yes: string
  no: string
  color?: string
  ready: boolean
  busy: boolean
  error: unknown
  onYes: () => void
  onClose: () => void
}

/** The one shell of every dialog that asks before it acts. */
export function Dialog({
  title,
  subject,
  children,
  yes,
  no,
  color,
  ready,
  busy,
  error,
  onYes,
  onClose,
}: Props) {
  return (
    <Sheet onClose={onClose} title={title}>
      <form
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !busy) onYes()
        }}
      >
        <div className={css.subject}>{subject}</div>
        {children}
        <Trouble error={error} />
        <div className={`${css.row} ${css.end}`}>
          <Button variant="default" onClick={onClose}>
            {no}
          </Button>
          <Button
            type="submit"
            color={color}
            aria-disabled={!ready || busy}
            data-disabled={!ready || undefined}
          >
            {yes}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
