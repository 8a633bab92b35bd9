import { desk, type Action } from '../api/desk'
import { failureFrom } from '../api/failure'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'

/** What a button asks before it acts, for keys: the host decides, and its refusal is said in the notice. */
export function useGate() {
  const { sentence } = useWords()
  const { say } = useNotice()
  return (kind: Action, args: object, act: () => void) => {
    desk.why(kind, args).then(
      (why) => (why.allowed ? act() : say(sentence(why))),
      (failure: unknown) => say(sentence(failureFrom(failure))),
    )
  }
}
