import type { AccountView } from '../api/account'
import { MasqueradeDialog } from '../masquerade/MasqueradeDialog'
import { LockDialog } from './LockDialog'
import { UnlockDialog } from './UnlockDialog'

export interface OpenDialog {
  kind: 'lock' | 'unlock' | 'masquerade'
  /** The web user that is chosen first. */
  user: string
}

interface Props {
  view: AccountView
  open: OpenDialog
  onClose: () => void
}

export function Dialogs({ view, open, onClose }: Props) {
  const user = view.web_users.find(({ web_user_id }) => web_user_id === open.user)
  if (!user) return null
  if (open.kind === 'lock') return <LockDialog view={view} user={user} onClose={onClose} />
  if (open.kind === 'unlock') return <UnlockDialog view={view} user={user} onClose={onClose} />
  return <MasqueradeDialog view={view} user={user} onClose={onClose} />
}
