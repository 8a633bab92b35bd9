import { NativeSelect } from '@mantine/core'
import { useWords } from '../i18n/words'
import css from './Admin.module.css'
import { permissionKey, roles } from './policy'
import { usePolicyWords } from './words'

interface Props {
  permissions: readonly string[]
  value: (key: string) => string
  onChange: (key: string, value: string) => void
}

/** What each role may. What is not said is as the role brings it. */
export function PermissionMatrix({ permissions, value, onChange }: Props) {
  const { t } = useWords()
  const { keyWords, actWords } = usePolicyWords()
  return (
    <table className={css.matrix}>
      <thead>
        <tr>
          <th scope="col">{t('admin.permission')}</th>
          {roles.map((role) => (
            <th key={role} scope="col">
              {t(`role.${role}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {permissions.map((permission) => (
          <tr key={permission}>
            <th scope="row">{actWords(permission)}</th>
            {roles.map((role) => {
              const key = permissionKey(role, permission)
              return (
                <td key={role}>
                  <NativeSelect
                    aria-label={keyWords(key)}
                    value={value(key)}
                    data={[
                      { value: '', label: t('admin.byRole') },
                      { value: 'allow', label: t('policyValue.allow') },
                      { value: 'deny', label: t('policyValue.deny') },
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
