import { desk } from '../api/desk'
import { failureFrom } from '../api/failure'
import { useDo, useWhy } from '../api/queries'
import type { Table } from '../api/usage'
import { useWords } from '../i18n/words'
import { HeldButton } from './HeldButton'
import { useNotice } from './Notice'

interface Props {
  table: Table
  /** What the table is called. */
  what: string
  /** Its name is to be read on the button, as another stands beside it. */
  named?: boolean
}

/** Writes a table as CSV, whole: every row that this computer has, also those that the page does not show. The log keeps that it was. */
export function CsvButton({ table, what, named }: Props) {
  const { t, sentence, language } = useWords()
  const { say } = useNotice()
  const gate = {
    kind: 'export.record',
    args: { account: table.account ?? '', table: table.name },
  } as const
  const why = useWhy(gate.kind, gate.args).data
  const refused = why && !why.allowed ? sentence(why) : ''
  const { run, busy } = useDo(async () => {
    await desk.exportTable({ ...table, language }).then(
      (count) => count >= 0 && say(t('csv.written', { what, count })),
      (failure: unknown) => say(sentence(failureFrom(failure))),
    )
  })
  return (
    <HeldButton
      action="export"
      offers={{ of: what, gate }}
      variant="subtle"
      size="compact-sm"
      label={t('csv.of', { what })}
      held={refused || (busy ? t('held.busy') : '')}
      onAct={() => run(undefined)}
    >
      {t(named ? 'csv.of' : 'csv.action', { what })}
    </HeldButton>
  )
}
