import type { ButtonProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWhy } from '../api/queries'
import type { Action } from '../api/desk'
import type { ActionName } from '../frame/actions'
import type { Offer } from '../frame/offers'
import { useWords } from '../i18n/words'
import { HeldButton } from './HeldButton'

interface Props extends Pick<ButtonProps, 'variant' | 'color' | 'leftSection' | 'size'> {
  kind: Action
  args: object
  onAct: () => void
  label?: string
  /** Why the form itself is not ready yet, in words. */
  held?: string | undefined
  /** Its name among the actions of the window, whom it is about there, and which of several. */
  action?: ActionName
  about?: Offer['about']
  of?: string
  children: ReactNode
}

/**
 * A button whose permission the host decides. When it says no, the button stays within reach of keyboard and
 * screen reader and tells the reason, instead of being switched off.
 */
export function Gated({ kind, args, onAct, label, held, action, about, of, children, ...look }: Props) {
  const { sentence } = useWords()
  const { data: why, error } = useWhy(kind, args)
  const refused = why && !why.allowed ? sentence(why) : undefined
  const failed = error && !why ? sentence({ code: 'fault', params: {} }) : undefined
  const reason = refused ?? failed ?? held ?? ''
  return (
    <HeldButton
      {...look}
      label={label}
      held={reason}
      waits={!why}
      onAct={onAct}
      action={action}
      offers={{ gate: { kind, args }, about, of }}
    >
      {children}
    </HeldButton>
  )
}
