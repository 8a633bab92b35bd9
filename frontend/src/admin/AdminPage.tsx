import { Tabs } from '@mantine/core'
import { usePolicyBook } from '../api/queries'
import frame from '../frame/Frame.module.css'
import { usePlace } from '../frame/place'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import css from './Admin.module.css'
import { DevicesPanel } from './DevicesPanel'
import { DistrictsPanel } from './DistrictsPanel'
import { HistoryPanel } from './HistoryPanel'
import { ImportsPanel } from './ImportsPanel'
import { PolicyEditor } from './PolicyEditor'
import { ReasonsPanel } from './ReasonsPanel'
import { StaffPanel } from './StaffPanel'
import { TextsPanel } from './TextsPanel'

const tabs = ['policy', 'staff', 'districts', 'devices', 'reasons', 'texts', 'imports', 'history'] as const

/** What the utility sets: policy, who may what, desks, catalogues, and who changed any of it. */
export default function AdminPage() {
  const { t } = useWords()
  const { filters, set } = usePlace()
  const { data: book, error } = usePolicyBook()
  const tab = tabs.find((name) => name === filters.get('tab')) ?? 'policy'
  return (
    <div className={frame.page}>
      <h1>{t('admin.title')}</h1>
      <Trouble error={error} />
      <Tabs
        value={tab}
        onChange={(name) => set({ tab: name === null || name === 'policy' ? '' : name })}
        keepMounted={false}
      >
        <Tabs.List aria-label={t('admin.title')}>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`admin.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={css.panel}>
          {book && tab === 'policy' && <PolicyEditor book={book} />}
          {book && tab === 'staff' && <StaffPanel book={book} />}
          {book && tab === 'districts' && <DistrictsPanel book={book} />}
          {tab === 'devices' && <DevicesPanel />}
          {book && tab === 'reasons' && <ReasonsPanel reasons={book.reasons} />}
          {book && tab === 'texts' && <TextsPanel book={book} />}
          {tab === 'imports' && <ImportsPanel />}
          {tab === 'history' && <HistoryPanel />}
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}
