import { Button } from '@mantine/core'
import { useState } from 'react'
import type { PolicyBook, Staff } from '../api/admin'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { ExplainSheet } from './ExplainSheet'
import { StaffDialog } from './StaffDialog'
import { StaffRights } from './StaffRights'

const nobody: Staff = {
  csr_id: '',
  name: '',
  role: 'csr',
  team: '',
  districts: [],
  active: true,
  own_users: [],
}

/** Who works here, as what, where; and why each may what they may. */
export function StaffPanel({ book }: { book: PolicyBook }) {
  const { t } = useWords()
  const [editing, setEditing] = useState<Staff>()
  const [rights, setRights] = useState<Staff>()
  const [explained, setExplained] = useState<Staff>()
  return (
    <>
      <Panel
        title={t('admin.staffCount', { count: book.staff.length })}
        aside={
          <span className={ui.row}>
            <CsvButton table={{ name: 'staff' }} what={t('admin.tab.staff')} />
            <Button onClick={() => setEditing(nobody)}>{t('admin.staffAdd')}</Button>
          </span>
        }
        flush
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{t('admin.id')}</th>
              <th scope="col">{t('admin.name')}</th>
              <th scope="col">{t('admin.role')}</th>
              <th scope="col">{t('admin.team')}</th>
              <th scope="col">{t('admin.districts')}</th>
              <th scope="col">{t('admin.active')}</th>
              <th scope="col">{t('admin.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {book.staff.map((person) => (
              <tr key={person.csr_id}>
                <th scope="row">{person.csr_id}</th>
                <td>{person.name}</td>
                <td>{t(`role.${person.role}`)}</td>
                <td>{person.team || '—'}</td>
                <td>
                  {person.districts[0] === 'all' ? t('admin.allDistricts') : person.districts.join(', ')}
                </td>
                <td>{t(person.active ? 'yes' : 'no')}</td>
                <td>
                  <span className={ui.row}>
                    <Button
                      variant="default"
                      aria-label={t('action.named', { action: t('admin.change'), username: person.name })}
                      onClick={() => setEditing(person)}
                    >
                      {t('admin.change')}
                    </Button>
                    <Button
                      variant="default"
                      aria-label={t('action.named', { action: t('admin.explain'), username: person.name })}
                      onClick={() => setExplained(person)}
                    >
                      {t('admin.explain')}
                    </Button>
                    <Button
                      variant="default"
                      aria-expanded={rights?.csr_id === person.csr_id}
                      aria-label={t('action.named', { action: t('admin.rights'), username: person.name })}
                      onClick={() => setRights(rights?.csr_id === person.csr_id ? undefined : person)}
                    >
                      {t('admin.rights')}
                    </Button>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {editing && <StaffDialog person={editing} onClose={() => setEditing(undefined)} />}
        {explained && <ExplainSheet person={explained} onClose={() => setExplained(undefined)} />}
      </Panel>
      {rights && <StaffRights key={rights.csr_id} book={book} person={rights} />}
    </>
  )
}
