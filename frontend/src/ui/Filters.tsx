import { NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/words'
import { FilterText } from './FilterText'
import ui from './ui.module.css'

interface Fields<Name extends string> {
  /** A filter that is typed. */
  typed: (name: Name, label: string, placeholder: string) => ReactNode
  /** A filter that is one of some choices, the first of which is none. */
  chosen: (name: Name, label: string, choices: readonly { value: string; label: string }[]) => ReactNode
}

interface Props<Name extends string> {
  filters: Record<Name, string>
  onFilter: (changes: Partial<Record<Name, string>>) => void
  children: (fields: Fields<Name>) => ReactNode
}

/** The filters of a list, in a row. */
export function Filters<Name extends string>({ filters, onFilter, children }: Props<Name>) {
  const { t } = useWords()
  const set = (name: Name, value: string) => onFilter({ ...filters, [name]: value })
  return (
    <div
      className={ui.row}
      style={{ alignItems: 'end', gap: 12 }}
      role="group"
      aria-label={t('taskQuery.filters')}
    >
      {children({
        typed: (name, label, placeholder) => (
          <FilterText
            label={label}
            placeholder={placeholder}
            value={filters[name]}
            onChange={(value) => set(name, value)}
          />
        ),
        chosen: (name, label, choices) => (
          <NativeSelect
            label={label}
            value={filters[name]}
            data={[...choices]}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        ),
      })}
    </div>
  )
}
