import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import type { Session } from '../api/session'
import { forgetPlaces } from '../frame/place'
import { Preferences } from '../frame/Preferences'
import { useWords } from '../i18n/words'
import { HeldButton } from '../ui/HeldButton'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './SignIn.module.css'

/** Where a CSR says who they are. Wrong entries are answered in place. */
export function SignIn({ session }: { session: Session }) {
  const { t, sentence } = useWords()
  const client = useQueryClient()
  const [portal, setPortal] = useState(session.portal || (session.hint?.portal ?? ''))
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useDo(
    () => desk.signIn(portal.trim(), user.trim(), password),
    () => void client.invalidateQueries(),
  )
  // Whoever signs in next must not see, even for a moment, what the last one had open, nor get there by going back.
  useEffect(() => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    void forgetPlaces()
  }, [client])
  const { hint } = session
  const ready = portal.trim() !== '' && user.trim() !== '' && password !== ''

  return (
    <main className={css.page}>
      <form
        className={css.card}
        aria-labelledby="signin-title"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !signIn.busy) signIn.run(undefined)
        }}
      >
        <h1 id="signin-title">{t('signin.title')}</h1>
        {session.problem && !signIn.failure && (
          <p role="status" className={ui.warn}>
            {sentence(session.problem)}
          </p>
        )}
        <TextInput
          label={t('signin.portal')}
          value={portal}
          onChange={(event) => setPortal(event.currentTarget.value)}
          inputMode="url"
          autoComplete="url"
          spellCheck={false}
        />
        <TextInput
          label={t('signin.user')}
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          autoComplete="username"
          spellCheck={false}
          autoFocus
        />
        <PasswordInput
          label={t('signin.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signin.show') }}
        />
        <Trouble error={signIn.failure} />
        <HeldButton
          type="submit"
          size="sm"
          held={signIn.busy ? t('signin.busy') : ready ? '' : t('held.fields')}
        >
          {signIn.busy ? t('signin.busy') : t('signin.action')}
        </HeldButton>
        {hint && (
          <div className={`${ui.subject} ${ui.row} ${css.hint}`}>
            <span>{t('signin.hint', { user: hint.user, password: hint.password })}</span>
            <Button
              variant="default"
              onClick={() => {
                setPortal(hint.portal)
                setUser(hint.user)
                setPassword(hint.password)
              }}
            >
              {t('signin.fill')}
            </Button>
          </div>
        )}
      </form>
      <Preferences />
    </main>
  )
}
