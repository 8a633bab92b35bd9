import { useQueryClient } from '@tanstack/react-query'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'

/** Asks before signing out; when the host says that changes are unsent, it takes a second, informed yes. */
export function SignOut({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const unsent = useStatus().data?.unsent ?? 0
  const leave = useDo(desk.signOut, () => {
    onClose()
    void client.invalidateQueries()
  })
  const warned = leave.failure?.code === 'signout_unsent'
  return (
    <Dialog
      title={t('signout.title')}
      subject={unsent > 0 ? t('strip.unsent', { count: unsent }) : t('signout.nothing')}
      yes={warned ? t('signout.anyway') : t('rail.signout')}
      no={t('cancel')}
      color={warned ? 'red' : undefined}
      ready
      busy={leave.busy}
      error={leave.failure}
      onYes={() => leave.run(warned)}
      onClose={onClose}
    >
      {null}
    </Dialog>
  )
}
