import { keysFor, type Action } from './actions'
import { isMac, keyWords } from './keys'
import { useLetters } from './letters'
import css from './palette.module.css'

/** The keys of an action, as they stand on this keyboard. */
export function KeyCaps({ action }: { action: Action }) {
  const letters = useLetters()
  return (
    <span className={css.keys}>
      {keysFor(action, isMac(), letters).map((chord) => (
        <kbd key={chord}>{keyWords(chord)}</kbd>
      ))}
    </span>
  )
}
