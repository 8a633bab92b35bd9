import { Button } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { WebUser } from '../api/account'
import type { OpenDialog } from '../account/Dialogs'
import type { Action } from '../api/desk'
import { useWords, type Key } from '../i18n/words'
import { Gated } from '../ui/Gated'
import css from './webusers.module.css'

interface Entry {
  dialog: OpenDialog['kind']
  kind: Action
  words: Key
  does: Key
  args?: object
}

/** What may be done to a web user besides masquerade, lock and unlock, in the order of how often it is asked for. */
function entries(user: WebUser): Entry[] {
  const activation: Entry = {
    dialog: 'activation',
    kind: 'activation.resend',
    words: 'webUsers.activation',
    does: 'webUsers.activationDoes',
  }
  const recovery: Entry = {
    dialog: 'recovery',
    kind: 'recovery.send_link',
    words: 'recovery.title',
    does: 'recovery.does',
  }
  return [
    user.enrolment === 'pending' ? activation : recovery,
    { dialog: 'email', kind: 'login_email.change', words: 'webUsers.email', does: 'webUsers.emailDoes' },
    { dialog: 'link', kind: 'account.link', words: 'webUsers.link', does: 'webUsers.linkDoes' },
    { dialog: 'unlink', kind: 'web_user.unlink', words: 'webUsers.unlink', does: 'webUsers.unlinkDoes' },
    user.deactivated
      ? {
          dialog: 'reactivate',
          kind: 'portal_account.reactivate',
          words: 'webUsers.reactivate',
          does: 'webUsers.reactivateDoes',
        }
      : {
          dialog: 'deactivate',
          kind: 'portal_account.deactivate',
          words: 'webUsers.deactivate',
          does: 'webUsers.deactivateDoes',
        },
  ]
}

interface Props {
  user: WebUser
  account: string
  onDialog: (open: OpenDialog) => void
}

function Item({ entry, user, account, onDialog }: Props & { entry: Entry }) {
  const { t } = useWords()
  const act = () => onDialog({ kind: entry.dialog, user: user.web_user_id })
  const label = t('action.named', { action: t(entry.words), username: user.username })
  return (
    <li>
      {entry.dialog === 'recovery' ? (
        // Its dialog says itself what has to be unlocked first, with the button for it.
        <Button variant="subtle" size="compact-sm" aria-label={label} onClick={act}>
          {t(entry.words)}
        </Button>
      ) : (
        <Gated
          kind={entry.kind}
          args={{ web_user_id: user.web_user_id, account }}
          variant="subtle"
          size="compact-sm"
          label={label}
          onAct={act}
        >
          {t(entry.words)}
        </Gated>
      )}
      <span className={css.does}>{t(entry.does)}</span>
    </li>
  )
}

/** What may be done to one web user: each action says what it will do, or why it cannot be done. */
export function UserMenu(props: Props) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  const listId = useId()
  return (
    <>
      <Button
        variant="default"
        rightSection={
          open ? <IconChevronUp size={14} aria-hidden /> : <IconChevronDown size={14} aria-hidden />
        }
        aria-label={t('webUsers.moreOf', { username: props.user.username })}
        aria-expanded={open}
        aria-controls={listId}
        onClick={() => setOpen(!open)}
      >
        {t('webUsers.more')}
      </Button>
      <ul id={listId} hidden={!open} className={css.menu}>
        {open && entries(props.user).map((entry) => <Item key={entry.kind} entry={entry} {...props} />)}
      </ul>
    </>
  )
}
