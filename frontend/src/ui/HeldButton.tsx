import { Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import type { ActionName } from '../frame/actions'
import { useOffer, type Offer } from '../frame/offers'

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
  /** Its name among the actions of the window: the palette then does the same. */
  action?: ActionName | undefined
  /** Whom that is about, which of several, and what the host is asked first. */
  offers?: Pick<Offer, 'about' | 'of' | 'id' | 'gate'> | undefined
  children: ReactNode
}

const nothing = () => undefined

/** A button that stays within reach of keyboard and screen reader while it is held back, and tells why. */
export function HeldButton({
  held,
  waits = false,
  type,
  label,
  first,
  onAct = nothing,
  action,
  offers,
  children,
  ...look
}: Props) {
  const reasonId = useId()
  const said = held !== ''
  const blocked = said || waits
  useOffer(action, { ...offers, run: onAct, held: said ? held : undefined })
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
            if (!blocked) onAct()
          }}
        >
          {children}
        </Button>
      </Tooltip>
      {said && <VisuallyHidden id={reasonId}>{held}</VisuallyHidden>}
    </>
  )
}
