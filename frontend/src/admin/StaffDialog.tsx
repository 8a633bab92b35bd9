import { Checkbox, NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Staff } from '../api/admin'
import { desk } from '../api/desk'
import { useDistricts, useDo, useWhy } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import ui from '../ui/ui.module.css'
import { roles } from './policy'

/** Makes or changes a member of staff. The portal has the last word, and the password. */
export function StaffDialog({ person, onClose }: { person: Staff; onClose: () => void }) {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const isNew = person.csr_id === ''
  const { own_users, ...stands } = person
  const form = useKeptForm(`staff ${person.csr_id}`, { ...stands, own: own_users.join('\n') })
  const { own, ...draft } = form.values
  const [password, setPassword] = useState('')
  const districts = useDistricts().data ?? []
  const why = useWhy('staff.change', {}).data
  const save = useDo(desk.changeStaff, () => {
    form.drop()
    say(t('admin.staffSaved', { name: draft.name }))
    onClose()
  })
  const { set } = form
  const everywhere = draft.districts[0] === 'all'
  const ready =
    draft.csr_id.trim() !== '' &&
    draft.name.trim() !== '' &&
    draft.districts.length > 0 &&
    (!isNew || password !== '') &&
    why?.allowed === true
  return (
    <Dialog
      title={t(isNew ? 'admin.staffAdd' : 'admin.staffChange')}
      subject={<strong>{isNew ? t('admin.staffNew') : `${person.name} · ${person.csr_id}`}</strong>}
      yes={t('admin.save')}
      no={t('cancel')}
      ready={ready}
      held={why && !why.allowed ? sentence(why) : undefined}
      busy={save.busy}
      error={save.failure}
      form={form}
      onYes={() =>
        save.run({
          ...draft,
          csr_id: draft.csr_id.trim(),
          name: draft.name.trim(),
          own_users: own.split('\n').flatMap((name) => name.trim() || []),
          new: isNew,
          password,
        })
      }
      onClose={onClose}
    >
      {isNew && (
        <TextInput
          data-autofocus
          label={t('admin.id')}
          value={draft.csr_id}
          spellCheck={false}
          onChange={(event) => set({ csr_id: event.currentTarget.value })}
        />
      )}
      <TextInput
        data-autofocus
        label={t('admin.name')}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('admin.role')}
        value={draft.role}
        data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        onChange={(event) => {
          const role = roles.find((each) => each === event.currentTarget.value)
          if (role) set({ role })
        }}
      />
      <TextInput
        label={t('admin.team')}
        value={draft.team}
        onChange={(event) => set({ team: event.currentTarget.value })}
      />
      <fieldset className={ui.stack}>
        <legend>{t('admin.districts')}</legend>
        <Checkbox
          label={t('admin.allDistricts')}
          checked={everywhere}
          onChange={(event) => set({ districts: event.currentTarget.checked ? ['all'] : [] })}
        />
        {!everywhere &&
          districts.map(({ id, name }) => (
            <Checkbox
              key={id}
              label={`${name} (${id})`}
              checked={draft.districts.includes(id)}
              onChange={(event) =>
                set({
                  districts: event.currentTarget.checked
                    ? [...draft.districts, id]
                    : draft.districts.filter((each) => each !== id),
                })
              }
            />
          ))}
      </fieldset>
      <Checkbox
        label={t('admin.active')}
        checked={draft.active}
        onChange={(event) => set({ active: event.currentTarget.checked })}
      />
      <Textarea
        label={t('admin.ownUsers')}
        description={t('admin.ownUsersText')}
        value={own}
        rows={2}
        spellCheck={false}
        onChange={(event) => set({ own: event.currentTarget.value })}
      />
      <PasswordInput
        label={t(isNew ? 'admin.firstPassword' : 'admin.newPassword')}
        description={t('admin.passwordText')}
        value={password}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('signin.show') }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {why && !why.allowed && <p className={ui.warn}>{sentence(why)}</p>}
    </Dialog>
  )
}
