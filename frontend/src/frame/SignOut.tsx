import { useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { desk } from '../api/desk'
import { useDo, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import ui from '../ui/ui.module.css'

/** Asks before signing out; when the host says that changes are unsent, it takes a second, informed yes. */
export function SignOut({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const unsent = useStatus().data?.unsent ?? 0
  const leave = useDo(desk.signOut, () => {
    onClose()
    // Whoever signs in next does not begin at the account that was open.
    navigate('/', { replace: true })
    void client.invalidateQueries()
  })
  const warned = leave.failure?.code === 'signout_unsent'
  // What the host counted when it refused is newer than what the status said.
  const count = warned ? Number(leave.failure?.params.count) : unsent
  return (
    <Dialog
      title={t('signout.title')}
      subject={count > 0 ? t('strip.unsent', { count }) : t('signout.nothing')}
      yes={warned ? t('signout.anyway') : t('rail.signout')}
      no={t('cancel')}
      color={warned ? 'danger' : undefined}
      ready
      busy={leave.busy}
      error={leave.failure}
      onYes={() => leave.run(warned)}
      onClose={onClose}
    >
      <p className={ui.quiet}>{t('signout.typed')}</p>
    </Dialog>
  )
}
