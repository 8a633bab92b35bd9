import { useAttention, useOutbox } from '../api/queries'
import frame from '../frame/Frame.module.css'
import { useWords } from '../i18n/words'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import css from './Attention.module.css'
import { CommandItem } from './CommandItem'
import { ExportButton } from './ExportButton'

/** What was refused, held or lapsed and wants a decision, and what still waits to be sent. */
export default function AttentionPage() {
  const { t } = useWords()
  const attention = useAttention()
  const outbox = useOutbox()
  return (
    <div className={`${frame.page} ${css.page}`}>
      <h1>{t('rail.attention')}</h1>
      <Trouble error={attention.error ?? outbox.error} />
      <Panel title={t('attention.decide', { count: attention.data?.length ?? 0 })} flush>
        {attention.data?.length === 0 && <Empty title={t('attention.none')} />}
        <ul className={css.items}>
          {attention.data?.map((command) => (
            <CommandItem key={command.command_id} command={command} decides />
          ))}
        </ul>
      </Panel>
      {(attention.data?.length ?? 0) + (outbox.data?.length ?? 0) > 0 && <ExportButton />}
      <Panel title={t('attention.unsent', { count: outbox.data?.length ?? 0 })} flush>
        {outbox.data?.length === 0 && <Empty title={t('attention.allSent')} />}
        <ul className={css.items}>
          {outbox.data?.map((command) => (
            <CommandItem key={command.command_id} command={command} />
          ))}
        </ul>
      </Panel>
    </div>
  )
}
