import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/words'

/** Puts the focus where it was, or where the work goes on if that is gone. */
export function refocus(origin: Element | null): void {
  const there = origin instanceof HTMLElement && origin !== document.body && origin.isConnected
  ;(there ? origin : document.getElementById('work'))?.focus({ preventScroll: true })
}

/** The one window within the window. Mounted, it is open; when it goes, the focus returns to where it was before. */
export function Sheet(props: Omit<ModalProps, 'opened'>) {
  const { t } = useWords()
  const [origin] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (document.activeElement === document.body) refocus(origin)
    },
    [origin],
  )
  return <Modal opened closeButtonProps={{ 'aria-label': t('close') }} returnFocus={false} {...props} />
}
