import { Checkbox, TextInput } from '@mantine/core'
import type { AccountView } from '../api/account'
import { desk, type PreferencesArgs } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useKeptFlag, useKeptText } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Panel } from '../ui/Panel'
import { Pending } from '../ui/States'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

interface Props {
  account: AccountView['account']
  pending: boolean
}

/** AutoPay, paperless billing and the nickname. Only what was changed is sent. */
export function PreferencesForm({ account, pending }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const form = `preferences ${account.account_number}`
  const [autopay, setAutopay, autopaySent] = useKeptFlag(`${form} autopay`, account.autopay)
  const [paperless, setPaperless, paperlessSent] = useKeptFlag(`${form} paperless`, account.paperless)
  const [nickname, setNickname, nicknameSent] = useKeptText(`${form} nickname`, account.nickname)
  const save = useDo(desk.changePreferences, () => {
    for (const sent of [autopaySent, paperlessSent, nicknameSent]) sent()
    say(t(online ? 'preference.saved' : 'preference.kept'))
  })

  const changes: PreferencesArgs = { account: account.account_number }
  if (autopay !== account.autopay) changes.autopay = autopay
  if (paperless !== account.paperless) changes.paperless = paperless
  if (nickname.trim() !== account.nickname) changes.nickname = nickname.trim()
  const changed = Object.keys(changes).length > 1

  return (
    <Panel title={t('preference.title')} aside={pending && <Pending />}>
      <div className={ui.stack}>
        <Checkbox
          label={t('preference.autopay')}
          description={t('preference.autopayText')}
          checked={autopay}
          onChange={(event) => setAutopay(event.currentTarget.checked)}
        />
        <Checkbox
          label={t('preference.paperless')}
          description={t('preference.paperlessText')}
          checked={paperless}
          onChange={(event) => setPaperless(event.currentTarget.checked)}
        />
        <TextInput
          label={t('account.nickname')}
          value={nickname}
          maxLength={60}
          onChange={(event) => setNickname(event.currentTarget.value)}
        />
        <Trouble error={save.failure} />
        <div className={ui.row}>
          <Gated
            kind="preferences.change"
            action="savePreferences"
            args={changed ? changes : { account: account.account_number, paperless: !account.paperless }}
            held={changed ? undefined : t('preference.unchanged')}
            onAct={() => {
              if (!save.busy) save.run(changes)
            }}
          >
            {t('preference.save')}
          </Gated>
        </div>
      </div>
    </Panel>
  )
}
