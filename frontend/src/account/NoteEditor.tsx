import { Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
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

// Longer than between two letters of a word, and short enough that a note is on the disk within 300 ms.
const typingPause = 150

/** The most letters of a note. */
/** Letters that a note can hold. */
export const longestNote = 4000

/** A note whose every pause is kept on this computer, so that no end of a session loses it. */
export function NoteEditor({ about, draft }: { about: Front; draft: string }) {
  const { account } = about
  const { t } = useWords()
  const { say } = useNotice()
  const client = useQueryClient()
  const online = useStatus().data?.online
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(draft)
  const [kept, setKept] = useState(draft)
  const [keepFailed, setKeepFailed] = useState<unknown>()
  useActions({ note: { run: () => box.current?.focus(), about } })

  // Another editor of the same note, on another page, begins with what stands here and not with what was read once.
  const type = (words: string) => {
    setText(words)
    client.setQueryData(['draft', account], words)
  }

  const save = useDo(
    async (words: string) => {
      // The draft stands until the note does, also where the account is left meanwhile; the note then drops it.
      if (words !== kept) await desk.saveDraft(account, words)
      setKept(words)
      await desk.writeNote(account, words.trim())
    },
    () => {
      type('')
      setKept('')
      say(t(online ? 'note.saved' : 'note.unsent'))
    },
  )

  const keep = useEffectEvent((words: string) => {
    if (words === kept || save.busy) return
    desk.saveDraft(account, words).then(
      () => {
        setKept(words)
        setKeepFailed(undefined)
      },
      (failure: unknown) => setKeepFailed(failure),
    )
  })
  useEffect(() => {
    const timer = window.setTimeout(() => keep(text), typingPause)
    return () => window.clearTimeout(timer)
  }, [text])
  // Leaving the account before the pause: what was typed last is kept, too.
  const latest = useRef({ text, kept })
  useEffect(() => {
    latest.current = { text, kept }
  }, [text, kept])
  useEffect(
    () => () => {
      const { text: words, kept: before } = latest.current
      // Where the note was written with the wrap-up there is no draft of it any more.
      const stands = client.getQueryData(['draft', account]) !== ''
      // Nobody is left to tell; the next account's own saving reports a disk that fails.
      if (words !== before && (stands || words === '')) desk.saveDraft(account, words).catch(() => undefined)
    },
    [account, client],
  )

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
      <Trouble error={save.failure ?? keepFailed} />
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
          {!empty && text === kept ? t('note.kept') : ''}
        </span>
      </div>
    </div>
  )
}
