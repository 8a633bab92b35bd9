import type { AccountView } from '../api/account'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Empty, Panel } from '../ui/Panel'

/** For "I got no email": what was sent, where to, and whether it arrived. */
export function Notifications({ view }: { view: AccountView }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  return (
    <Panel title={t('tab.notifications')} flush>
      {view.notifications.length === 0 ? (
        <Empty title={t('notification.none')} />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('notification.sent')}</th>
              <th scope="col">{t('notification.what')}</th>
              <th scope="col">{t('notification.to')}</th>
              <th scope="col">{t('notification.arrived')}</th>
            </tr>
          </thead>
          <tbody>
            {view.notifications.map((sent, at) => (
              <tr key={`${sent.sent_at} ${at}`}>
                <td>{when(sent.sent_at)}</td>
                <td>{term('template', sent.template)}</td>
                <td>{sent.address}</td>
                <td>{term('delivery', sent.status)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
