import { Button, NativeSelect, TextInput } from '@mantine/core'
import { contacts, type OpenContact } from '../api/contacts'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
import { TypedBefore } from '../ui/Dialog'
import { Gated } from '../ui/Gated'
import { useKeptForm } from '../ui/kept'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** Verification by the CSR's own judgement, which stands marked as such. */
export function OverrideForm({ contact, onClose }: { contact: OpenContact; onClose: () => void }) {
  const { t } = useWords()
  const form = useKeptForm(`override ${contact.contact_id}`, { level: '1', words: '' })
  const { level, words } = form.values
  const bound = { contact_id: contact.contact_id, account: contact.account_number }
  const override = useDo(contacts.override, () => {
    form.drop()
    onClose()
  })
  const run = () => {
    if (words.trim() !== '' && !override.busy)
      override.run({ ...bound, level: Number(level), words: words.trim() })
  }
  return (
    <form
      className={ui.stack}
      onSubmit={(event) => {
        event.preventDefault()
        run()
      }}
    >
      {form.again && <TypedBefore drop={form.drop} />}
      <NativeSelect
        label={t('verify.toLevel')}
        value={level}
        data={['1', '2', '3']}
        onChange={(event) => form.set({ level: event.currentTarget.value })}
      />
      <TextInput
        data-autofocus
        label={t('verify.how')}
        value={words}
        maxLength={400}
        onChange={(event) => form.set({ words: event.currentTarget.value })}
      />
      <p className={ui.fine}>{t('verify.marked')}</p>
      <Trouble error={override.failure} />
      <div className={`${ui.row} ${ui.end}`}>
        <Button variant="default" onClick={onClose}>
          {t('close')}
        </Button>
        <Gated
          kind="contact.override"
          args={bound}
          held={words.trim() === '' ? t('verify.howFirst') : undefined}
          onAct={run}
        >
          {t('verify.override')}
        </Gated>
      </div>
    </form>
  )
}
