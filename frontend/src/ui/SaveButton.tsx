import type { Action } from '../api/desk'
import { failureFrom } from '../api/failure'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
import { Gated } from './Gated'
import { useNotice } from './Notice'

interface Props {
  /** What the portal is asked, and with what. */
  kind: Action
  args: object
  label: string
  saved: string
  /** Asks and saves; false where no file was chosen. */
  save: () => Promise<boolean>
  children: string
}

/** Saves a document that the portal writes: offline it says why it cannot. */
export function SaveButton({ kind, args, label, saved, save, children }: Props) {
  const { sentence } = useWords()
  const { say } = useNotice()
  const { run, busy } = useDo(() =>
    save().then(
      (done) => done && say(saved),
      (failure: unknown) => say(sentence(failureFrom(failure))),
    ),
  )
  return (
    <Gated
      kind={kind}
      args={args}
      label={label}
      variant="subtle"
      size="compact-sm"
      onAct={() => !busy && run(undefined)}
    >
      {children}
    </Gated>
  )
}
