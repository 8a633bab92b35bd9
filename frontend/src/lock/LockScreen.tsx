import { Button, PasswordInput } from '@mantine/core'
import { IconCloudOff, IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import type { Held, Session } from '../api/session'
import { Preferences } from '../frame/Preferences'
import { SignOut } from '../frame/SignOut'
import { formatsIn } from '../i18n/formats'
import { useWords } from '../i18n/words'
import css from '../signin/SignIn.module.css'
import { HeldButton } from '../ui/HeldButton'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

interface Props {
  session: Session
  onUnlocked: (back: Held) => void
}

/** What stands in the desk's place while it is locked: who is signed in, and the way back. Nothing of a customer. */
export function LockScreen({ session, onUnlocked }: Props) {
  const { t, language } = useWords()
  // The policy, which has it for all other pages, is not told while the desk is locked.
  const { when } = formatsIn(language, session.timezone || 'UTC', 'USD')
  const status = useStatus().data
  const [password, setPassword] = useState('')
  const [leaving, setLeaving] = useState(false)
  const unlock = useDo(() => desk.unlock(password), onUnlocked)
  const { user, locked, since } = session
  const over = status?.problem?.code === 'not_signed_in'

  return (
    <main className={css.page}>
      <form
        className={css.card}
        aria-labelledby="desklock-title"
        onSubmit={(event) => {
          event.preventDefault()
          if (password !== '' && !unlock.busy) unlock.run(undefined, { onError: () => setPassword('') })
        }}
      >
        <h1 id="desklock-title" className={ui.state}>
          <IconLock size={22} aria-hidden />
          {t('desklock.title')}
        </h1>
        {locked && (
          <p role="alert">{t(locked.idle ? 'desklock.idle' : 'desklock.asked', { time: when(locked.at) })}</p>
        )}
        <div className={ui.subject}>
          <strong>{user?.name}</strong>
          <div>
            {user?.id} · {t(`role.${user?.role ?? 'csr'}`)}
          </div>
          {since > 0 && <div>{t('desklock.since', { time: when(since) })}</div>}
        </div>
        {over && (
          <p role="status" className={ui.warn}>
            {t('desklock.over')}
          </p>
        )}
        {status && !status.online && !over && (
          <p role="status" className={`${ui.state} ${ui.warn}`}>
            <IconCloudOff size={16} aria-hidden />
            {t('desklock.offline')}
          </p>
        )}
        <PasswordInput
          label={t('desklock.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signin.show') }}
          autoFocus
        />
        <Trouble error={unlock.failure} />
        <HeldButton
          type="submit"
          size="sm"
          held={unlock.busy ? t('desklock.busy') : password === '' ? t('held.fields') : ''}
        >
          {t('desklock.unlock')}
        </HeldButton>
        <Button variant="default" onClick={() => setLeaving(true)}>
          {t('desklock.switch')}
        </Button>
      </form>
      <Preferences />
      {leaving && <SignOut onClose={() => setLeaving(false)} />}
    </main>
  )
}
