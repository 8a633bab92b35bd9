import type { ComponentProps, ReactNode } from 'react'
import { desk } from '../api/desk'
import { useDo, useStatus, useWhy } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { seenOf } from './policy'
import { usePolicyWords } from './words'

/** A change of the policy that is looked at before it is saved. */
export interface Reviewed {
  changes: Record<string, string>
  now: Record<string, string>
  onSaved: () => void
  onClose: () => void
}

interface Props extends Reviewed {
  title: string
  /** What the change would do: it is saved only once that is known. */
  tried: { data: unknown; error: unknown }
  /** Why it is changed, for the history. */
  words?: string
  form?: ComponentProps<typeof Dialog>['form']
  children: ReactNode
}

/** The one shell that asks before the policy is changed: before and after, then what that does. */
export function ReviewDialog({ changes, now, title, tried, words, form, children, onSaved, onClose }: Props) {
  const { t, sentence } = useWords()
  const { keyWords, valueWords } = usePolicyWords()
  const keys = Object.keys(changes).sort()
  const save = useDo(desk.changePolicy, () => {
    form?.drop()
    onSaved()
  })
  const why = useWhy('policy.change', { changes }).data
  const online = useStatus().data?.online
  const named = (key: string, value: string | undefined) =>
    valueWords(key, value ?? '') || t('admin.standard')
  return (
    <Dialog
      title={title}
      subject={<strong>{t('admin.changes', { count: keys.length })}</strong>}
      yes={t('admin.save')}
      no={t('cancel')}
      ready={tried.data !== undefined && why?.allowed === true && online === true}
      held={
        why && !why.allowed
          ? sentence(why)
          : online === false
            ? sentence({ code: 'online_only', params: {} })
            : t('held.trying')
      }
      busy={save.busy}
      error={save.failure ?? tried.error}
      form={form}
      onYes={() => save.run({ changes, seen: seenOf(changes, now), words: words?.trim() ?? '' })}
      onClose={onClose}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">{t('admin.key')}</th>
            <th scope="col">{t('admin.before')}</th>
            <th scope="col">{t('admin.after')}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key}>
              <th scope="row">{keyWords(key)}</th>
              <td className={ui.breaks}>{named(key, now[key])}</td>
              <td className={ui.breaks}>{named(key, changes[key])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {children}
      {why && !why.allowed && <p className={ui.warn}>{sentence(why)}</p>}
      {online === false && why?.allowed && <Trouble error={{ code: 'online_only', params: {} }} />}
    </Dialog>
  )
}
