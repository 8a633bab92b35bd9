import type { Command } from '../api/tasks'
import { useWords } from '../i18n/words'
import { Changes, Detail } from '../ui/Changes'
import ui from '../ui/ui.module.css'

/** What a change says beyond whom it is about; what before and after show already is not said again. */
function said({ args, before, after, account, username }: Command): Record<string, unknown> {
  const known = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  const entries = Object.entries(args ?? {}).filter(
    ([field, value]) =>
      value !== null &&
      value !== '' &&
      !known.has(field) &&
      !(field === 'account' && account !== '') &&
      !(field === 'web_user_id' && username !== ''),
  )
  return Object.fromEntries(entries)
}

/** Whom a change is about: the person and their user name, as far as this desk has them. */
export function person({ name, username }: Command): string {
  return [name, username].filter(Boolean).join(' · ')
}

/** What a change would do: its own words, before and after where it was refused over them, and what others made of it. */
export function About({ command }: { command: Command }) {
  const { t } = useWords()
  const words = said(command)
  return (
    <div className={ui.stack}>
      {Object.keys(words).length > 0 && <Detail detail={words} />}
      {(command.before ?? command.after) && <Changes before={command.before} after={command.after} />}
      {command.theirs && (
        <div>
          <strong>{t('attention.theirs')}</strong>
          <Detail detail={command.theirs} />
        </div>
      )}
    </div>
  )
}
