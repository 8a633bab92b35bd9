import { IconEye, IconPencil } from '@tabler/icons-react'
import { usePresent } from '../api/queries'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'
import css from './Account.module.css'

/** Who else has this account in front of them: quietly, and said once when it changes. */
export function Others({ account }: { account: string }) {
  const { t, language } = useWords()
  const who = usePresent(account).data?.who ?? []
  const names = (editing: boolean) => who.filter((each) => each.editing === editing).map(({ name }) => name)
  const list = new Intl.ListFormat(language)
  const [editing, viewing] = [names(true), names(false)]
  return (
    <span role="status" className={css.others}>
      {editing.length > 0 && (
        <span className={`${ui.state} ${ui.warn}`}>
          <IconPencil size={14} aria-hidden />
          {t('presence.editing', { names: list.format(editing), count: editing.length })}
        </span>
      )}
      {viewing.length > 0 && (
        <span className={`${ui.state} ${ui.quiet}`}>
          <IconEye size={14} aria-hidden />
          {t('presence.viewing', { names: list.format(viewing), count: viewing.length })}
        </span>
      )}
    </span>
  )
}
