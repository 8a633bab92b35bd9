import { Button } from '@mantine/core'
import type { KeyboardEvent, ReactNode } from 'react'
import { useWords } from '../i18n/words'
import { HeldButton } from './HeldButton'
import type { Again } from './kept'
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
  /** Nothing has to be filled in, and nothing is lost by it: Enter says yes at once. */
  direct?: boolean
  ready: boolean
  /** Why it is not ready, where more than a field is wanting. */
  held?: string | undefined
  busy: boolean
  error: unknown
  /** The form in it, where words can be typed: what was typed before is said to be so. */
  form?: Again
  onYes: () => void
  onClose: () => void
}

/**
 * Whether a key says yes: Enter on a list of choices, which some systems would open, and with Ctrl or Cmd also among words.
 * In a line of text and on a tick it does so by itself.
 */
function saysYes(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter') return false
  if (event.target instanceof HTMLTextAreaElement) return event.ctrlKey || event.metaKey
  return event.target instanceof HTMLSelectElement
}

/** The one shell of every dialog that asks before it acts. */
export function Dialog({
  title,
  subject,
  children,
  yes,
  no,
  color,
  direct,
  ready,
  held,
  busy,
  error,
  form,
  onYes,
  onClose,
}: Props) {
  const { t } = useWords()
  const why = ready ? '' : (held ?? t('held.fields'))
  return (
    <Sheet onClose={onClose} title={title}>
      {/* The fields inside take the focus; the key that says yes bubbles up to here. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <form
        className={css.stack}
        onKeyDown={(event) => {
          if (!saysYes(event)) return
          event.preventDefault()
          event.currentTarget.requestSubmit()
        }}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !busy) onYes()
        }}
      >
        <div className={css.subject}>{subject}</div>
        {form?.again && <TypedBefore drop={form.drop} />}
        {children}
        <Trouble error={error} />
        <div className={`${css.row} ${css.end}`}>
          {/* Where no field takes the focus, what changes nothing does. */}
          <Button variant="default" data-autofocus={!direct || undefined} onClick={onClose}>
            {no}
          </Button>
          <HeldButton type="submit" first={direct} color={color} held={busy ? t('held.busy') : why}>
            {yes}
          </HeldButton>
        </div>
      </form>
    </Sheet>
  )
}

/** Says that the words are those of before, and takes them away again. */
export function TypedBefore({ drop }: Pick<Again, 'drop'>) {
  const { t } = useWords()
  return (
    <div className={css.row}>
      <span className={css.quiet}>{t('typed.again')}</span>
      <button
        type="button"
        className={css.link}
        onClick={({ currentTarget: { form } }) => {
          drop()
          form?.querySelector<HTMLElement>('select, textarea, input')?.focus()
        }}
      >
        {t('typed.anew')}
      </button>
    </div>
  )
}
