import { desk } from '../api/desk'
import type { Table } from '../api/usage'
import { useWords } from '../i18n/words'
import { SaveButton } from './SaveButton'

interface Props {
  table: Table
  /** What the table is called. */
  what: string
  /** Its name is to be read on the button, as another stands beside it. */
  named?: boolean
}

/** Writes a table as CSV, whole: every row that this computer has, also those that the page does not show. The log keeps that it was. */
export function CsvButton({ table, what, named }: Props) {
  const { t, language } = useWords()
  return (
    <SaveButton
      kind="export.record"
      args={{ account: table.account ?? '', table: table.name }}
      action="export"
      of={what}
      label={t('csv.of', { what })}
      save={async () => {
        const count = await desk.exportTable({ ...table, language })
        return count >= 0 ? t('csv.written', { what, count }) : undefined
      }}
    >
      {t(named ? 'csv.of' : 'csv.action', { what })}
    </SaveButton>
  )
}
