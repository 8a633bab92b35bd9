import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import type { UserArgs } from '../api/webusers'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Trouble } from '../ui/Trouble'

const ends = {
  /** A recovery code, before its time. */
  code: {
    kind: 'recovery.revoke_code',
    action: 'revokeCode',
    ask: desk.revokeCode,
    words: 'recovery.revoke',
    named: 'recovery.revokeOf',
    done: 'recovery.revoked',
    kept: 'recovery.revokeKept',
  },
  /** The link to a new address, before it is opened: letters go where they went. */
  email: {
    kind: 'login_email.keep',
    action: 'keepEmail',
    ask: desk.keepLoginEmail,
    words: 'webUsers.emailKeep',
    named: 'webUsers.emailKeepOf',
    done: 'webUsers.emailKept',
    kept: 'webUsers.emailKeepWaits',
  },
} as const

interface Props {
  what: keyof typeof ends
  args: UserArgs
  username: string
  onDone?: () => void
}

/** Ends what was given to a web user and still works. */
export function EndRecovery({ what, args, username, onDone }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const { kind, action, ask, words, named, done, kept } = ends[what]
  const end = useDo(ask, () => {
    say(t(online ? done : kept, { username }))
    onDone?.()
  })
  return (
    <>
      <Trouble error={end.failure} />
      <Gated
        kind={kind}
        args={args}
        action={action}
        of={username}
        variant="default"
        label={t(named, { username })}
        onAct={() => {
          if (!end.busy) end.run(args)
        }}
      >
        {t(words)}
      </Gated>
    </>
  )
}
