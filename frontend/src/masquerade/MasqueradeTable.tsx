import { IconCircleCheck, IconUserShare } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { MasqueradeRow } from '../api/masquerades'
import { aboutOf } from '../frame/offers'
import { accountPlace, receiptPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { Heads } from '../ui/Heads'
import { Pending } from '../ui/States'
import ui from '../ui/ui.module.css'

interface Props {
  rows: readonly MasqueradeRow[]
  onEnd: (masquerade: MasqueradeRow) => void
}

/** Masquerades with who was whom, each with its receipt; an open one can be ended. */
export function MasqueradeTable({ rows, onEnd }: Props) {
  const { t, term } = useWords()
  const { when } = useFormats()
  return (
    <table className={ui.dense}>
      <Heads
        of={[
          t('masquerades.state'),
          t('masquerades.csr'),
          t('masquerade.as'),
          t('task.account'),
          t('receipt.mode'),
          t('receipt.from'),
          t('receipt.to'),
          t('payments.action'),
        ]}
      />
      <tbody>
        {rows.map((row) => (
          <tr key={row.session_id}>
            <td>
              <State open={row.ended_at === 0} /> {row.pending && <Pending />}
            </td>
            <td>
              <span className={ui.nowrap}>{row.csr_id}</span>
              <div className={ui.fine}>{row.csr_name}</div>
            </td>
            {row.verify_first > 0 ? (
              <td className={ui.quiet}>{t('verify.firstShort')}</td>
            ) : (
              <td>
                {row.username || '—'}
                <div className={ui.fine}>{row.reason}</div>
              </td>
            )}
            <td>
              <Link to={accountPlace(row.account_number, 'activity')}>{row.account_number}</Link>
              <div className={ui.fine}>{row.name}</div>
            </td>
            <td>{term('mode', row.mode)}</td>
            <td className={ui.nowrap}>{when(row.granted_at)}</td>
            <td>
              {row.ended_at > 0 ? when(row.ended_at) : '—'}
              {row.end_reason && <div className={ui.fine}>{term('ended', row.end_reason)}</div>}
            </td>
            <td>
              <span className={ui.row}>
                <Link to={receiptPlace(row.session_id)}>{t('masquerades.receipt')}</Link>
                {row.ended_at === 0 && (
                  <Gated
                    kind="masquerade.end"
                    action="endSession"
                    of={[row.csr_name, row.csr_id].filter(Boolean).join(' · ')}
                    about={aboutOf(row)}
                    args={{ session_id: row.session_id, account: row.account_number }}
                    size="xs"
                    variant="default"
                    label={t('masquerades.endNamed', { csr: row.csr_id, account: row.account_number })}
                    onAct={() => onEnd(row)}
                  >
                    {t('masquerades.end')}
                  </Gated>
                )}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function State({ open }: { open: boolean }) {
  const { t } = useWords()
  const Icon = open ? IconUserShare : IconCircleCheck
  return (
    <span className={ui.state}>
      <Icon size={15} className={open ? ui.warn : ui.quiet} aria-hidden />
      {t(open ? 'masquerades.open' : 'masquerades.over')}
    </span>
  )
}
