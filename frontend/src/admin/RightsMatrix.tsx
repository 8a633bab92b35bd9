import { NativeSelect } from '@mantine/core'
import { useWords } from '../i18n/words'
import css from './Admin.module.css'
import { usePolicyWords } from './words'

interface Props {
  group: 'permissions' | 'entitlements'
  /** The permissions or sensitive tasks, a row each. */
  what: readonly string[]
  /** Of whom it is said, as in the policy's keys: a role, or staff and an ID. */
  whom: readonly { id: string; name: string }[]
  /** What counts where nothing is said. */
  unsaid: string
  value: (key: string) => string
  onChange: (key: string, value: string) => void
}

const choices = { permissions: ['allow', 'deny'], entitlements: ['allow', 'deny', 'second_person'] }

/** What roles or somebody of the staff may. */
export function RightsMatrix({ group, what, whom, unsaid, value, onChange }: Props) {
  const { t } = useWords()
  const { keyWords, valueWords, actWords } = usePolicyWords()
  return (
    <table className={css.matrix}>
      <thead>
        <tr>
          <th scope="col">{t(group === 'permissions' ? 'admin.permission' : 'policyGroup.entitlements')}</th>
          {whom.map(({ id, name }) => (
            <th key={id} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {what.map((act) => (
          <tr key={act}>
            <th scope="row">{actWords(group === 'permissions' ? act : `entitlements.${act}`)}</th>
            {whom.map(({ id }) => {
              const key = `${group}.${id}.${act}`
              return (
                <td key={id}>
                  <NativeSelect
                    aria-label={keyWords(key)}
                    value={value(key)}
                    data={[
                      { value: '', label: unsaid },
                      ...choices[group].map((choice) => ({ value: choice, label: valueWords(key, choice) })),
                    ]}
                    onChange={(event) => onChange(key, event.currentTarget.value)}
                  />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
