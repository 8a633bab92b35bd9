import type { AccountView } from '../api/account'
import { usePolicy } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'

/** Whether another service knows when web users signed in, and whether their password is locked (R5). */
export function useElsewhere(): boolean {
  const { language } = useWords()
  return usePolicy(language).data?.profiles_elsewhere ?? false
}

/** R44 in a line: whether a profile was set up, one or several, whether anyone used it, and when last. */
export function useGlance({ web_users: users }: AccountView): string {
  const { t } = useWords()
  const { when } = useFormats()
  const elsewhere = useElsewhere()
  if (users.length === 0) return t('webUser.none')
  const last = Math.max(...users.map((user) => user.last_customer_logon))
  const count = t('webUser.glance', { count: users.length })
  if (elsewhere) return count
  return `${count} ${last > 0 ? t('webUsers.usedLast', { when: when(last) }) : t('webUser.unused')}`
}
