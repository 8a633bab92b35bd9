import { NativeSelect, TextInput } from '@mantine/core'
import type { Person } from '../api/account'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import type { ProfileArgs } from '../api/webusers'
import { phone as shown } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useKeptText } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Panel } from '../ui/Panel'
import { Pending } from '../ui/States'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

interface Props {
  account: string
  person: Person
  /** Who is on the account now. */
  people: readonly Person[]
  onPerson: (id: string) => void
  pending: boolean
}

/** How somebody of the account is reached (R33), the main customer at first. */
export function ProfileForm({ account, person, people, onPerson, pending }: Props) {
  const { t, term } = useWords()
  return (
    <Panel title={t('profile.title')} aside={pending && <Pending />}>
      <div className={ui.stack}>
        {people.length > 1 && (
          <NativeSelect
            label={t('profile.person')}
            value={person.person_id}
            data={people.map(({ person_id, name, relationship }) => ({
              value: person_id,
              label: `${name} · ${term('relationship', relationship)}`,
            }))}
            onChange={(event) => onPerson(event.currentTarget.value)}
          />
        )}
        <Fields
          key={`${person.person_id} ${person.email} ${person.phone} ${person.language}`}
          account={account}
          person={person}
        />
      </div>
    </Panel>
  )
}

/** What is known of one person, to be changed. Only what was changed is sent. */
function Fields({ account, person }: Pick<Props, 'account' | 'person'>) {
  const { t } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const form = `profile ${account} ${person.person_id}`
  const [email, setEmail, emailSent] = useKeptText(`${form} email`, person.email)
  const [phone, setPhone, phoneSent] = useKeptText(`${form} phone`, shown(person.phone))
  const [language, setLanguage, languageSent] = useKeptText(`${form} language`, person.language)
  const save = useDo(desk.changeProfile, () => {
    for (const sent of [emailSent, phoneSent, languageSent]) sent()
    say(t(online ? 'preference.saved' : 'preference.kept'))
  })

  const changes: ProfileArgs = { account, person_id: person.person_id }
  if (email.trim() !== person.email) changes.email = email.trim()
  if (phone.trim() !== shown(person.phone)) changes.phone = phone.trim()
  if (language !== person.language) changes.language = language
  const changed = Object.keys(changes).length > 2

  return (
    <>
      <TextInput
        type="email"
        label={t('customer.email')}
        description={t('profile.emailText')}
        value={email}
        maxLength={254}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <TextInput
        type="tel"
        label={t('customer.phone')}
        value={phone}
        maxLength={30}
        onChange={(event) => setPhone(event.currentTarget.value)}
      />
      <NativeSelect
        label={t('customer.language')}
        value={language}
        data={[
          ...(language === '' ? [{ value: '', label: '—' }] : []),
          { value: 'en', label: t('language.en') },
          { value: 'es', label: t('language.es') },
        ]}
        onChange={(event) => setLanguage(event.currentTarget.value)}
      />
      <Trouble error={save.failure} />
      <div className={ui.row}>
        <Gated
          kind="profile.change"
          action="saveProfile"
          args={{ account, person_id: person.person_id }}
          held={changed ? undefined : t('preference.unchanged')}
          onAct={() => {
            if (!save.busy) save.run(changes)
          }}
        >
          {t('profile.save')}
        </Gated>
      </div>
    </>
  )
}
