import { Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { useWhy } from '../api/queries'
import type { Action } from '../api/desk'
import { useWords } from '../i18n/words'

interface Props extends Pick<ButtonProps, 'variant' | 'color' | 'leftSection' | 'size'> {
  kind: Action
  args: object
  onAct: () => void
  label?: string
  /** Why the form itself is not ready yet, in words. */
  held?: string
  children: ReactNode
}

/**
 * A button whose permission the host decides. When it says no, the button stays within reach of keyboard and
 * screen reader and tells the reason, instead of being switched off.
 */
export function Gated({ kind, args, onAct, label, held, children, ...look }: Props) {
  const { sentence } = useWords()
  const reasonId = useId()
  const { data: why, error } = useWhy(kind, args)
  const blocked = !why?.allowed || held !== undefined
  const refused = why && !why.allowed ? sentence(why) : undefined
  const reason = refused ?? (error ? sentence({ code: 'fault', params: {} }) : (held ?? ''))
  return (
    <>
      <Tooltip label={reason} disabled={reason === ''} events={{ hover: true, focus: true, touch: true }}>
        <Button
          {...look}
          aria-label={label}
          aria-disabled={blocked}
          data-disabled={blocked || undefined}
          aria-describedby={reason ? reasonId : undefined}
          onClick={() => {
            if (!blocked) onAct()
          }}
        >
          {children}
        </Button>
      </Tooltip>
      {reason && <VisuallyHidden id={reasonId}>{reason}</VisuallyHidden>}
    </>
  )
}
