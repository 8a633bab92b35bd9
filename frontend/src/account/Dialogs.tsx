import type { ComponentType } from 'react'
import type { AccountView } from '../api/account'
import { MasqueradeDialog } from '../masquerade/MasqueradeDialog'
import { ActivationDialog } from '../webusers/ActivationDialog'
import { DeactivateDialog } from '../webusers/DeactivateDialog'
import { EmailDialog } from '../webusers/EmailDialog'
import { LinkDialog } from '../webusers/LinkDialog'
import { ProfileWindow } from '../webusers/ProfileWindow'
import { ReactivateDialog } from '../webusers/ReactivateDialog'
import { RecoveryDialog } from '../webusers/RecoveryDialog'
import { UnlinkDialog } from '../webusers/UnlinkDialog'
import { UnlockElsewhere } from '../webusers/UnlockElsewhere'
import type { ForUser } from '../webusers/UserDialog'
import { LockDialog } from './LockDialog'
import { UnlockDialog } from './UnlockDialog'

const dialogs = {
  lock: LockDialog,
  unlock: UnlockDialog,
  unlockElsewhere: UnlockElsewhere,
  masquerade: MasqueradeDialog,
  recovery: RecoveryDialog,
  profile: ProfileWindow,
  activation: ActivationDialog,
  email: EmailDialog,
  link: LinkDialog,
  unlink: UnlinkDialog,
  deactivate: DeactivateDialog,
  reactivate: ReactivateDialog,
} as const satisfies Record<string, ComponentType<ForUser & { onDialog: (open: OpenDialog) => void }>>

export interface OpenDialog {
  kind: DialogKind
  /** The web user that is chosen first. */
  user: string
}

/** The dialogs about a web user; each is about the account that it was opened on. */
export type DialogKind =
  | 'lock'
  | 'unlock'
  | 'unlockElsewhere'
  | 'masquerade'
  | 'recovery'
  | 'profile'
  | 'activation'
  | 'email'
  | 'link'
  | 'unlink'
  | 'deactivate'
  | 'reactivate'

interface Props {
  view: AccountView
  open: OpenDialog
  onDialog: (open: OpenDialog) => void
  onClose: () => void
}

export function Dialogs({ view, open, onDialog, onClose }: Props) {
  const user = view.web_users.find(({ web_user_id }) => web_user_id === open.user)
  if (!user) return null
  const Chosen = dialogs[open.kind]
  // Another kind or web user is another dialog: nothing typed in one is carried into the next.
  return (
    <Chosen key={`${open.kind} ${open.user}`} view={view} user={user} onDialog={onDialog} onClose={onClose} />
  )
}
