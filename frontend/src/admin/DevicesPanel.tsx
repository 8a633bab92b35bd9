import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Device } from '../api/admin'
import { desk } from '../api/desk'
import { useDevices, useDo } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Dialog } from '../ui/Dialog'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'

/** Every desk that somebody has signed in at. The portal is asked each time; offline it says so. */
export function DevicesPanel() {
  const { t } = useWords()
  const { when } = useFormats()
  const { data, error } = useDevices()
  const [chosen, setChosen] = useState<Device>()
  return (
    <>
      <Trouble error={error} />
      {data && (
        <Panel
          title={t('admin.deviceCount', { count: data.length })}
          flush
          aside={<CsvButton table={{ name: 'devices' }} what={t('admin.tab.devices')} />}
        >
          {data.length === 0 && <Empty title={t('admin.deviceNone')} />}
          <table>
            <thead>
              <tr>
                <th scope="col">{t('admin.device')}</th>
                <th scope="col">{t('admin.deviceOf')}</th>
                <th scope="col">{t('admin.deviceSeen')}</th>
                <th scope="col">{t('admin.deviceState')}</th>
                <th scope="col">{t('admin.actions')}</th>
              </tr>
            </thead>
            <tbody>
              {data.map((device) => (
                <tr key={device.device_id}>
                  <th scope="row">{device.device_id}</th>
                  <td>{device.csr_id}</td>
                  <td>{device.seen_at > 0 ? when(device.seen_at) : t('never')}</td>
                  <td>
                    {device.revoked_at > 0
                      ? t('admin.deviceRevoked', { when: when(device.revoked_at) })
                      : t('admin.deviceAllowed')}
                  </td>
                  <td>
                    <Gated
                      kind="device.change"
                      args={{ device_id: device.device_id, revoked: device.revoked_at === 0 }}
                      variant="default"
                      label={t('action.named', {
                        action: t(device.revoked_at > 0 ? 'admin.deviceAllow' : 'admin.deviceRevoke'),
                        username: device.csr_id,
                      })}
                      onAct={() => setChosen(device)}
                    >
                      {t(device.revoked_at > 0 ? 'admin.deviceAllow' : 'admin.deviceRevoke')}
                    </Gated>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
      {chosen && <DeviceDialog device={chosen} onClose={() => setChosen(undefined)} />}
    </>
  )
}

function DeviceDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useWords()
  const { say } = useNotice()
  const client = useQueryClient()
  const revoke = device.revoked_at === 0
  const change = useDo(
    () => desk.changeDevice(device.device_id, revoke),
    () => {
      say(t(revoke ? 'admin.deviceDone' : 'admin.deviceBack', { who: device.csr_id }))
      void client.invalidateQueries({ queryKey: ['devices'] })
      onClose()
    },
  )
  return (
    <Dialog
      title={t(revoke ? 'admin.deviceRevokeTitle' : 'admin.deviceAllowTitle')}
      subject={
        <strong>
          {device.csr_id} · {device.device_id}
        </strong>
      }
      yes={t(revoke ? 'admin.deviceRevoke' : 'admin.deviceAllow')}
      no={t('cancel')}
      color={revoke ? 'danger' : undefined}
      ready
      busy={change.busy}
      error={change.failure}
      onYes={() => change.run(undefined)}
      onClose={onClose}
    >
      <p>{t(revoke ? 'admin.deviceRevokeText' : 'admin.deviceAllowText')}</p>
    </Dialog>
  )
}
