import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { contacts, type OpenContact } from '../api/contacts'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** Agrees with a verified caller on words to know them by. The portal keeps them, and nobody is shown them again. */
export function PassphraseForm({ contact, onClose }: { contact: OpenContact; onClose: () => void }) {
  const { t } = useWords()
  const { say } = useNotice()
  const [words, setWords] = useState('')
  const bound = { contact_id: contact.contact_id, account: contact.account_number }
  const set = useDo(contacts.setPassphrase, () => {
    say(t('passphrase.done'))
    onClose()
  })
  const held =
    contact.verified_level < 1
      ? t('passphrase.verifyFirst')
      : words.trim() === ''
        ? t('passphrase.wordsFirst')
        : undefined
  return (
    <div className={ui.stack}>
      <PasswordInput
        data-autofocus
        autoComplete="off"
        label={t('passphrase.words')}
        description={t('passphrase.text')}
        value={words}
        maxLength={100}
        visibilityToggleButtonProps={{ 'aria-label': t('signin.show') }}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Trouble error={set.failure} />
      <div className={`${ui.row} ${ui.end}`}>
        <Button variant="default" onClick={onClose}>
          {t('close')}
        </Button>
        <Gated
          kind="passphrase.set"
          args={{ ...bound, passphrase: '' }}
          held={held}
          onAct={() => !set.busy && set.run({ ...bound, passphrase: words })}
        >
          {t('passphrase.set')}
        </Gated>
      </div>
    </div>
  )
}
