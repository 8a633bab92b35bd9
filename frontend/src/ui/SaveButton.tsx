import type { Action } from '../api/desk'
import { failureFrom } from '../api/failure'
import { useDo } from '../api/queries'
import type { ActionName } from '../frame/actions'
import { useWords } from '../i18n/words'
import { Gated } from './Gated'
import { useNotice } from './Notice'

interface Props {
  /** What the host is asked before, and with what. */
  kind: Action
  args: object
  label: string
  /** Its name among the actions of the window, and which of several. */
  action?: ActionName
  of?: string
  /** Saves, and gives the words to say of it; nothing where no file was chosen. */
  save: () => Promise<string | undefined>
  children: string
}

/** Saves a file that the user chooses, and says so, or why it could not be. */
export function useSave(save: Props['save']): { run: () => void; held: string | undefined } {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const { run, busy } = useDo(() =>
    save().then(
      (words) => words !== undefined && say(words),
      (failure: unknown) => say(sentence(failureFrom(failure))),
    ),
  )
  return { run: () => run(undefined), held: busy ? t('held.busy') : undefined }
}

/** The button that saves a file. */
export function SaveButton({ save, ...button }: Props) {
  const { run, held } = useSave(save)
  return <Gated {...button} variant="subtle" size="compact-sm" held={held} onAct={run} />
}
