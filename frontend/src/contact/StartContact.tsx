import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { channels, contacts, useReasons } from '../api/contacts'
import { useDo } from '../api/queries'
import { useLastCall } from '../frame/call'
import { useActions } from '../frame/offers'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { offered } from './reasons'

interface Props {
  subject: { name: string; account: string; address: string }
  /** Another contact is open: it is that one's caller whom F4 verifies. */
  beside: boolean
  /** Before the contact is there: whether it begins with the verification. */
  onStart: (verifying: boolean) => void
}

/**
 * Offers to begin a contact about the account that is looked at. It forces nobody. A phone system's call has said why the
 * caller comes; to verify them begins the contact.
 */
export function StartContact({ subject, beside, onStart }: Props) {
  const { t, language } = useWords()
  const [channel, setChannel] = useState<string>('phone')
  const account = subject.account
  const [call, remember] = useLastCall()
  const why = offered(useReasons().data?.rows, 'contact', language)
  const [chosen, setReason] = useState<string>()
  const said = call && (call.account === '' || call.account === account) ? call.reason : ''
  const reason = chosen ?? (why.some(({ value }) => value === said) ? said : '')
  const start = useDo(contacts.open, () => remember(undefined))
  const begin = (verifying: boolean) => () => {
    if (start.busy) return
    onStart(verifying)
    start.run({ account, channel, reason })
  }
  const gate = { kind: 'contact.open', args: { account, channel } } as const
  useActions({
    startContact: { run: begin(false), gate },
    verify: beside ? undefined : { run: begin(true), gate },
  })
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
      <div className={ui.row}>
        {!beside && (
          <Gated {...gate} onAct={begin(true)}>
            {t('verify.action')} (F4)
          </Gated>
        )}
        <Gated
          {...gate}
          variant={beside ? undefined : 'default'}
          label={t('contact.startWith', { name: subject.name, account })}
          onAct={begin(false)}
        >
          {t('contact.start')}
        </Gated>
      </div>
    </section>
  )
}
