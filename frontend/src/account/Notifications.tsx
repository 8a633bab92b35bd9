import { IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import type { AccountView, Notification } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Gated } from '../ui/Gated'
import { Empty, Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { DeliveryStatus, Reason, sayOf, statusOf } from './DeliveryStatus'
import { ResendDialog } from './ResendDialog'

/** For "I got no email": what was sent, where to, whether it arrived, what to tell the caller, and sending it again. */
export function Notifications({ view }: { view: AccountView }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  const [again, setAgain] = useState<Notification>()
  const account = view.account.account_number
  return (
    <Panel
      title={t('tab.notifications')}
      flush
      aside={<CsvButton table={{ name: 'notifications', account }} what={t('tab.notifications')} />}
    >
      {view.notifications.length === 0 ? (
        <Empty title={t('notification.none')}>
          <p>{t('sent.none')}</p>
        </Empty>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('notification.sent')}</th>
              <th scope="col">{t('notification.what')}</th>
              <th scope="col">{t('notification.arrived')}</th>
              <th scope="col">{t('sent.say')}</th>
              <th scope="col">{t('sent.action')}</th>
            </tr>
          </thead>
          <tbody>
            {view.notifications.map((sent, at) => (
              <tr key={sent.notification_id || `${sent.sent_at} ${at}`}>
                <td>
                  <span className={ui.nowrap}>{when(sent.sent_at)}</span>
                  <div className={`${ui.fine} ${ui.breaks}`}>
                    {t('notification.to')} {sent.address}
                  </div>
                </td>
                <td>
                  {term('template', sent.template)}
                  {sent.csr_id && (
                    <div className={ui.fine}>
                      {t(sent.session_id ? 'sent.byInside' : 'sent.by', { csr: sent.csr_id })}
                    </div>
                  )}
                </td>
                <td>
                  <DeliveryStatus status={statusOf(sent)} />
                  {sent.status_at > 0 && (
                    <div className={ui.fine}>
                      {when(sent.status_at)}
                      <Reason of={sent} />
                    </div>
                  )}
                  {sent.history.map((before) => (
                    <div key={`${before.at} ${before.status}`} className={ui.fine}>
                      {when(before.at)} {term('delivery', before.status)}
                      <Reason of={before} />
                    </div>
                  ))}
                </td>
                <td className={ui.breaks}>{t(sayOf(statusOf(sent)), { address: sent.address })}</td>
                <td>
                  <Gated
                    kind="notification.resend"
                    action="resend"
                    of={`${term('template', sent.template)} · ${when(sent.sent_at)}`}
                    args={{ notification_id: sent.notification_id, account }}
                    size="xs"
                    variant="default"
                    leftSection={<IconSend size={14} aria-hidden />}
                    label={t('sent.againNamed', {
                      what: term('template', sent.template),
                      when: when(sent.sent_at),
                    })}
                    onAct={() => setAgain(sent)}
                  >
                    {t('sent.again')}
                  </Gated>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {again && <ResendDialog view={view} sent={again} onClose={() => setAgain(undefined)} />}
    </Panel>
  )
}
