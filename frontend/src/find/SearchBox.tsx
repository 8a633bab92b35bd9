import { ActionIcon, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useState, type Ref } from 'react'
import { useWords } from '../i18n/words'

/** Short, as what is asked for one letter is given up for the next: it only joins letters that come at once. */
const typingPause = 25

interface Props {
  ref: Ref<HTMLInputElement>
  text: string
  onText: (text: string) => void
  /** Enter, with the text that stood in the box. */
  onEnter: (text: string) => void
  onDown: () => void
}

/** The box. What is typed reaches the route after a short pause; when the route changes, the box follows. */
export function SearchBox({ ref, text, onText, onEnter, onDown }: Props) {
  const { t } = useWords()
  const [typed, setTyped] = useState(text)
  const [told, setTold] = useState(text)
  if (told !== text) {
    setTold(text)
    if (typed.trim() !== text) setTyped(text)
  }

  const tell = (words: string) => {
    if (words === text) return
    setTold(words)
    onText(words)
  }
  const enter = () => {
    if (typed.trim() === '') return
    tell(typed.trim())
    onEnter(typed.trim())
  }
  const paused = useEffectEvent(tell)
  useEffect(() => {
    const timer = window.setTimeout(() => paused(typed.trim()), typingPause)
    return () => window.clearTimeout(timer)
  }, [typed])

  return (
    <TextInput
      ref={ref}
      type="search"
      size="md"
      label={t('find.label')}
      description={t('find.keys')}
      inputWrapperOrder={['label', 'input', 'description']}
      leftSection={
        <ActionIcon variant="subtle" color="gray" aria-label={t('find.run')} onClick={enter}>
          <IconSearch size={18} aria-hidden />
        </ActionIcon>
      }
      value={typed}
      autoFocus
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown') {
          event.preventDefault()
          onDown()
        } else if (event.key === 'Enter') {
          event.preventDefault() // what gets the focus by it is not pressed by it, too
          enter()
        } else if (event.key === 'Escape' && typed !== '') {
          setTyped('')
        }
      }}
    />
  )
}
