import type { WebUser } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Pending } from '../ui/States'
import ui from '../ui/ui.module.css'
import { EndRecovery } from './EndRecovery'

/** The links and codes that were given, and what became of each. */
export function Recoveries({ user, account }: { user: WebUser; account: string }) {
  const { t } = useWords()
  const { when } = useFormats()
  const state = ({ used_at, revoked_at, ends_at, live }: WebUser['recoveries'][number]) => {
    if (used_at) return t('recovery.wasUsed', { when: when(used_at) })
    if (revoked_at) return t('recovery.wasRevoked', { when: when(revoked_at) })
    return t(live ? 'recovery.worksUntil' : 'recovery.wasEnded', { when: when(ends_at) })
  }
  const live = (kind: string) => user.recoveries.some((each) => each.kind === kind && each.live)
  const who = { args: { web_user_id: user.web_user_id, account }, username: user.username }
  return (
    <div>
      {user.recoveries.map((each) => (
        <div key={each.recovery_id}>
          {t(`recovery.kind.${each.kind}`)} · {state(each)} {each.pending && <Pending />}
          <div className={ui.fine}>{[each.given_by, each.address].filter(Boolean).join(' · ')}</div>
        </div>
      ))}
      {live('code') && <EndRecovery what="code" {...who} />}
      {live('email') && <EndRecovery what="email" {...who} />}
    </div>
  )
}
