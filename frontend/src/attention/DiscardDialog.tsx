import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import type { Command } from '../api/tasks'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { Subject } from '../ui/Subject'
import { About, person } from './About'

/** Asks before a change is given up for good, and names it. */
export function DiscardDialog({ command, onClose }: { command: Command; onClose: () => void }) {
  const { t, term } = useWords()
  const discard = useDo(desk.discard, onClose)
  const what = term('command', command.kind)
  return (
    <Dialog
      title={t('discard.title')}
      subject={
        <Subject
          name={[what, person(command)].filter(Boolean).join(' · ')}
          account={command.account}
          address={command.service_address}
        />
      }
      yes={t('discard.yes')}
      no={t('discard.no')}
      color="danger"
      ready
      busy={discard.busy}
      error={discard.failure}
      onYes={() => discard.run(command.command_id)}
      onClose={onClose}
    >
      <About command={command} />
      <p>{t('discard.text')}</p>
    </Dialog>
  )
}
