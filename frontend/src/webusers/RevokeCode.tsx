import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import type { UserArgs } from '../api/webusers'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Trouble } from '../ui/Trouble'

interface Props {
  args: UserArgs
  username: string
  onDone?: () => void
}

/** Ends the link to a new address before it is opened: letters go where they went. */
export function KeepEmail({ args, username }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const keep = useDo(desk.keepLoginEmail, () =>
    say(t(online ? 'webUsers.emailKept' : 'webUsers.emailKeepWaits', { username })),
  )
  return (
    <>
      <Trouble error={keep.failure} />
      <Gated
        kind="login_email.keep"
        args={args}
        variant="default"
        label={t('webUsers.emailKeepOf', { username })}
        onAct={() => {
          if (!keep.busy) keep.run(args)
        }}
      >
        {t('webUsers.emailKeep')}
      </Gated>
    </>
  )
}

/** Ends a recovery code before its time. */
export function RevokeCode({ args, username, onDone }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const revoke = useDo(desk.revokeCode, () => {
    say(t(online ? 'recovery.revoked' : 'recovery.revokeKept', { username }))
    onDone?.()
  })
  return (
    <>
      <Trouble error={revoke.failure} />
      <Gated
        kind="recovery.revoke_code"
        args={args}
        variant="default"
        label={t('recovery.revokeOf', { username })}
        onAct={() => {
          if (!revoke.busy) revoke.run(args)
        }}
      >
        {t('recovery.revoke')}
      </Gated>
    </>
  )
}
