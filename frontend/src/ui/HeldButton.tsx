import { Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core'
import { useId, type ReactNode } from 'react'

interface Props extends Pick<ButtonProps, 'variant' | 'color' | 'leftSection' | 'size'> {
  /** Why it cannot be pressed now, in words; '' where it can. */
  held: string
  /** It is not known yet whether it may be pressed. */
  waits?: boolean
  type?: 'submit'
  label?: string | undefined
  /** It takes the focus when its dialog opens. */
  first?: boolean | undefined
  onAct?: () => void
  children: ReactNode
}

/** A button that stays within reach of keyboard and screen reader while it is held back, and tells why. */
export function HeldButton({ held, waits = false, type, label, first, onAct, children, ...look }: Props) {
  const reasonId = useId()
  const said = held !== ''
  const blocked = said || waits
  return (
    <>
      <Tooltip label={held} disabled={!said} events={{ hover: true, focus: true, touch: true }}>
        <Button
          {...look}
          type={type}
          data-autofocus={first || undefined}
          aria-label={label}
          aria-disabled={blocked}
          data-disabled={blocked || undefined}
          aria-describedby={said ? reasonId : undefined}
          onClick={() => {
            if (!blocked) onAct?.()
          }}
        >
          {children}
        </Button>
      </Tooltip>
      {said && <VisuallyHidden id={reasonId}>{held}</VisuallyHidden>}
    </>
  )
}
