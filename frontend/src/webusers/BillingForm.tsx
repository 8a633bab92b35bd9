import { TextInput } from '@mantine/core'
import type { AccountView } from '../api/account'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useKeptText } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** Where the bills go (R33). */
export function BillingForm({ account }: { account: AccountView['account'] }) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const number = account.account_number
  const [address, setAddress, sent] = useKeptText(`billing ${number}`, account.billing_address)
  const save = useDo(desk.changeProfile, () => {
    sent()
    say(t(online ? 'preference.saved' : 'preference.kept'))
  })
  const changed = address.trim() !== account.billing_address
  return (
    <Panel title={t('customer.billing')}>
      <div className={ui.stack}>
        <TextInput
          label={t('customer.billing')}
          value={address}
          maxLength={200}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Trouble error={save.failure} />
        <div className={ui.row}>
          <Gated
            kind="profile.change"
            action="saveBilling"
            args={{ account: number }}
            held={changed ? undefined : t('preference.unchanged')}
            onAct={() => {
              if (!save.busy) save.run({ account: number, billing_address: address.trim() })
            }}
          >
            {t('profile.saveBilling')}
          </Gated>
        </div>
      </div>
    </Panel>
  )
}
