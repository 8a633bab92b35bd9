import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { channels, contacts, useReasons, type OpenContact } from '../api/contacts'
import { useDo, usePolicy } from '../api/queries'
import { useActions } from '../frame/offers'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Subject } from '../ui/Subject'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { CallbackDialog } from './CallbackDialog'
import { Checklist } from './Checklist'
import css from './Contact.module.css'
import { Elapsed, StillVerified } from './Elapsed'
import { Level } from './Level'
import { offered } from './reasons'
import { VerifyDialog } from './VerifyDialog'
import { WrapUpDialog } from './WrapUpDialog'

interface Props {
  contact: OpenContact
  /** The account that is looked at is another one. */
  beside: boolean
  /** It was begun to verify the caller: that comes first. */
  verifying: boolean
  /** The portal's time less this computer's, ms. */
  now: number
  onWrapped: () => void
}

/** An open contact: whose it is, why they came, how far they are verified, and how it ends. */
export function InContact({ contact, beside, verifying, now, onWrapped }: Props) {
  const { t, language } = useWords()
  const { say } = useNotice()
  const [dialog, setDialog] = useState<'verify' | 'wrapUp' | 'callback' | undefined>(
    verifying ? 'verify' : undefined,
  )
  const bound = { contact_id: contact.contact_id, account: contact.account_number }
  const why = offered(useReasons().data?.rows, 'contact', language)
  const zone = usePolicy(language).data?.timezone ?? 'UTC'
  const update = useDo(contacts.update)
  const close = () => setDialog(undefined)
  const about = { name: contact.name, account: contact.account_number, address: contact.service_address }
  useActions({
    verify: { run: () => setDialog('verify'), about },
    wrapUp: { run: () => setDialog('wrapUp'), gate: { kind: 'contact.close', args: bound }, about },
    callback: { run: () => setDialog('callback'), about },
  })
  const subject = <Subject {...about} />
  return (
    <section className={ui.stack} aria-label={t('contact.title')}>
      {beside && (
        <div className={css.beside}>
          <strong>{t('contact.beside')}</strong>
          {subject}
        </div>
      )}
      <div className={`${ui.row} ${css.spread}`}>
        <Level contact={contact} />
        <StillVerified contact={contact} now={now} />
        <Elapsed since={contact.opened_at} now={now} />
      </div>
      <Button variant="default" onClick={() => setDialog('verify')}>
        {t('verify.action')} (F4)
      </Button>
      <NativeSelect
        label={t('contact.reason')}
        value={contact.reason}
        data={[{ value: '', label: t('contact.noReason') }, ...why]}
        onChange={(event) => update.run({ ...bound, reason: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('contact.channel')}
        value={contact.channel}
        data={channels.map((channel) => ({ value: channel, label: t(`channel.${channel}`) }))}
        onChange={(event) => update.run({ ...bound, channel: event.currentTarget.value })}
      />
      <Trouble error={update.failure} />
      <Checklist contactId={contact.contact_id} reason={contact.reason} />
      <div className={ui.row}>
        <Gated kind="contact.close" args={bound} onAct={() => setDialog('wrapUp')}>
          {t('wrapup.action')} (F8)
        </Gated>
        <Gated
          kind="callback.plan"
          args={{ account: contact.account_number }}
          variant="default"
          onAct={() => setDialog('callback')}
        >
          {t('callback.plan')}
        </Gated>
      </div>
      {dialog === 'verify' && <VerifyDialog contact={contact} subject={subject} onClose={close} />}
      {dialog === 'callback' && (
        <CallbackDialog account={contact.account_number} subject={subject} zone={zone} onClose={close} />
      )}
      {dialog === 'wrapUp' && (
        <WrapUpDialog
          contact={contact}
          subject={subject}
          onClose={close}
          onDone={() => {
            close()
            onWrapped()
            say(t('wrapup.done', { name: contact.name }))
          }}
        />
      )}
    </section>
  )
}
