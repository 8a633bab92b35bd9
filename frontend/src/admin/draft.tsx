import { Button } from '@mantine/core'
import { useState, type ComponentType } from 'react'
import type { PolicyBook } from '../api/admin'
import { useWords } from '../i18n/words'
import { HeldButton } from '../ui/HeldButton'
import { readFields, useKeptText } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import css from './Admin.module.css'
import { changesOf, setNow } from './policy'
import type { Reviewed } from './ReviewDialog'

/** What is chosen of the policy and not saved yet, and where: it is there again until it is saved or dropped. */
export function usePolicyDraft(book: PolicyBook, place: string) {
  const [json, setJson] = useKeptText(`policy ${place}`, '')
  const draft = Object.fromEntries(
    Object.entries(readFields(json)).filter((each): each is [string, string] => typeof each[1] === 'string'),
  )
  const now = setNow(book)
  return {
    now,
    changes: changesOf(draft, now),
    /** What a key is in the draft; '' is the default. */
    value: (key: string): string => draft[key] ?? now[key] ?? '',
    choose: (key: string, chosen: string) => setJson(JSON.stringify({ ...draft, [key]: chosen })),
    /** Puts several keys into the draft at once, as a preset does. */
    fill: (chosen: Record<string, string>) => setJson(JSON.stringify({ ...draft, ...chosen })),
    drop: () => setJson(''),
  }
}

interface Props {
  draft: ReturnType<typeof usePolicyDraft>
  /** Why the draft cannot be saved as it is. */
  wrong?: string | undefined
  /** What asks before it is saved. */
  Review: ComponentType<Reviewed>
  saved: string
}

/** How much is not saved, and the way to save it: by a look at what it changes. */
export function DraftBar({ draft, wrong, Review, saved }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const [reviewing, setReviewing] = useState(false)
  const count = Object.keys(draft.changes).length
  const ready = count > 0 && wrong === undefined
  return (
    <>
      <div className={css.bar} role="region" aria-label={t('admin.draft')}>
        <span role="status">{wrong ?? t('admin.changes', { count })}</span>
        <HeldButton held={ready ? '' : (wrong ?? t('held.unchanged'))} onAct={() => setReviewing(true)}>
          {t('admin.review')}
        </HeldButton>
        {count > 0 && (
          <Button variant="default" onClick={draft.drop}>
            {t('admin.drop')}
          </Button>
        )}
      </div>
      {reviewing && (
        <Review
          changes={draft.changes}
          now={draft.now}
          onSaved={() => {
            draft.drop()
            setReviewing(false)
            say(saved)
          }}
          onClose={() => setReviewing(false)}
        />
      )}
    </>
  )
}
