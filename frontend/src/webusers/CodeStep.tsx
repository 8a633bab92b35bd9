import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { WebUser } from '../api/account'
import { desk } from '../api/desk'
import { useDo, usePolicy } from '../api/queries'
import type { RecoveryCode } from '../api/webusers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { HeldButton } from '../ui/HeldButton'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { Code } from './Code'
import { EndRecovery } from './EndRecovery'

interface Props {
  user: WebUser
  account: string
  code: RecoveryCode | undefined
  onCode: (code: RecoveryCode | undefined) => void
  readBack: boolean
  onReadBack: (done: boolean) => void
  onClose: () => void
}

/** Asks for a recovery code, shows it to read out, and has it read back before the work is done (R51). */
export function CodeStep({ user, account, code, onCode, readBack, onReadBack, onClose }: Props) {
  const { t, language } = useWords()
  const { when } = useFormats()
  const { say } = useNotice()
  const hours = usePolicy(language).data?.web_users.code_hours ?? 24
  const [shown, setShown] = useState(false)
  const args = { web_user_id: user.web_user_id, account }
  const generate = useDo(desk.generateCode, (given) => {
    onReadBack(false)
    onCode(given)
  })
  const live = user.recoveries.find((each) => each.kind === 'code' && each.live)
  return (
    <>
      {!code && live && (
        <p className={`${ui.alert} ${ui.caution}`}>
          {t('recovery.codeStands', { by: live.given_by, when: when(live.ends_at) })}
        </p>
      )}
      {code && <Code code={code} />}
      {code && (
        <>
          <p className={`${ui.alert} ${ui.caution}`}>{t('recovery.codeReminder', { hours })}</p>
          <Checkbox
            label={t('recovery.readBack')}
            autoFocus // the button that had the focus is gone
            checked={readBack}
            onChange={(event) => onReadBack(event.currentTarget.checked)}
          />
        </>
      )}
      {shown && <p className={ui.quiet}>{t('recovery.instructions')}</p>}
      <Trouble error={generate.failure} />
      <div className={`${ui.row} ${ui.end}`}>
        <Button variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {t(shown ? 'recovery.hideInstructions' : 'recovery.viewInstructions')}
        </Button>
        {(code ?? live) && (
          <EndRecovery what="code" args={args} username={user.username} onDone={() => onCode(undefined)} />
        )}
        {code ? (
          <HeldButton
            held={readBack ? '' : t('held.readBack')}
            onAct={() => {
              say(t('recovery.codeDone', { username: user.username, hours }))
              onClose()
            }}
          >
            {t('recovery.done')}
          </HeldButton>
        ) : (
          <Gated
            kind="recovery.generate_code"
            args={args}
            onAct={() => {
              if (!generate.busy) generate.run(args)
            }}
          >
            {t('recovery.generate')}
          </Gated>
        )}
      </div>
    </>
  )
}
