import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { channels, contacts, useReasons } from '../api/contacts'
import { useDo } from '../api/queries'
import { useActions } from '../frame/offers'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { offered } from './reasons'

interface Props {
  subject: { name: string; account: string; address: string }
  /** The account was fetched from another district: the portal lets nobody of here work on it. */
  fetched: boolean
}

/** Offers to begin a contact about the account that is looked at. It forces nobody. */
export function StartContact({ subject, fetched }: Props) {
  const { t, language } = useWords()
  const [channel, setChannel] = useState<string>('phone')
  const [reason, setReason] = useState('')
  const why = offered(useReasons().data?.rows, 'contact', language)
  const start = useDo(contacts.open)
  const account = subject.account
  const run = () => start.run({ account, channel, reason })
  const held = fetched ? t('contact.fetched') : undefined
  useActions({ startContact: { run, gate: { kind: 'contact.open', args: { account, channel } }, held } })
  return (
    <section className={ui.stack} aria-label={t('contact.start')}>
      <h2>{t('contact.none')}</h2>
      <NativeSelect
        label={t('contact.reason')}
        value={reason}
        data={[{ value: '', label: t('contact.noReason') }, ...why]}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('contact.channel')}
        value={channel}
        data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
        onChange={(event) => setChannel(event.currentTarget.value)}
      />
      <Trouble error={start.failure} />
      <div>
        <Gated
          kind="contact.open"
          args={{ account, channel }}
          held={held}
          label={t('contact.startWith', { name: subject.name, account })}
          onAct={() => {
            if (!start.busy) run()
          }}
        >
          {t('contact.start')}
        </Gated>
      </div>
    </section>
  )
}
