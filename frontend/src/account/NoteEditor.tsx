import { Textarea } from '@mantine/core'
import { useRef } from 'react'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useActions, type Front } from '../frame/offers'
import { useWords } from '../i18n/words'
import { FromMasquerade } from '../masquerade/FromMasquerade'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'
import { longestNote, useNote } from './note'

/** A note whose every pause is kept on this computer, so that no end of a session loses it. */
export function NoteEditor({ about, draft }: { about: Front; draft: string }) {
  const { account } = about
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const box = useRef<HTMLTextAreaElement>(null)
  const note = useNote(account, draft)
  const save = useDo(
    (words: string) => note.send(() => desk.writeNote(account, words.trim())),
    () => {
      note.written()
      say(t(online ? 'note.saved' : 'note.unsent'))
    },
  )
  const { text, type } = note
  useActions({ note: { run: () => box.current?.focus(), about } })

  const empty = text.trim() === ''
  return (
    <div className={ui.stack}>
      <Textarea
        ref={box}
        label={t('note.label')}
        description={t('note.keys')}
        value={text}
        rows={6}
        maxLength={longestNote}
        readOnly={save.busy}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Trouble error={save.failure ?? note.failure} />
      <div className={ui.row}>
        <Gated
          kind="note.write"
          action="saveNote"
          about={about}
          args={{ account }}
          held={empty ? t('note.empty') : undefined}
          onAct={() => {
            if (!save.busy) save.run(text)
          }}
        >
          {t('note.save')}
        </Gated>
        <FromMasquerade
          account={account}
          note={text}
          most={longestNote}
          busy={save.busy}
          onAdd={(words) => {
            type(words)
            box.current?.focus()
          }}
        />
        <span className={css.small} role="status">
          {!empty && note.kept ? t('note.kept') : ''}
        </span>
      </div>
    </div>
  )
}
