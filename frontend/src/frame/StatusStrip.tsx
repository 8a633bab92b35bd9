import { Button } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconRefresh,
  type Icon,
} from '@tabler/icons-react'
import { Link } from 'wouter'
import { desk } from '../api/desk'
import { useDo, useMasquerade, useStatus } from '../api/queries'
import type { Status } from '../api/session'
import { DueCallbacks } from '../contact/DueCallbacks'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import ui from '../ui/ui.module.css'
import css from './Frame.module.css'

const phases: Record<Status['phase'], { Icon: Icon; tone: string | undefined }> = {
  offline: { Icon: IconCloudOff, tone: ui.warn },
  connecting: { Icon: IconRefresh, tone: ui.quiet },
  syncing: { Icon: IconCloudUp, tone: ui.quiet },
  live: { Icon: IconCloudCheck, tone: ui.good },
}

/** How far what is on the screen can be trusted: connection, age, what is unsent, what needs a decision. */
export function StatusStrip() {
  const { t, term, sentence } = useWords()
  const { when, number, size } = useFormats()
  const { words } = useNotice()
  const { data: status } = useStatus()
  const ended = useMasquerade().data?.ended
  const recover = useDo(desk.recover)
  if (!status) return <footer className={css.strip} />
  const { Icon, tone } = phases[status.phase]
  return (
    <footer className={css.strip} aria-label={t('strip.label')}>
      <span className={`${ui.state} ${tone}`}>
        <Icon size={16} aria-hidden />
        {t(`phase.${status.phase}`)}
      </span>
      {status.phase === 'syncing' && status.rows > 0 && status.copying === 0 && (
        <span>{t('strip.rows', { rows: number(status.rows) })}</span>
      )}
      {status.copying > 0 && (
        <span>{t('strip.copied', { done: size(status.copied), total: size(status.copying) })}</span>
      )}
      <span>{status.as_of ? t('strip.asOf', { when: when(status.as_of) }) : t('strip.noData')}</span>
      {status.problem && !(words && status.phase === 'offline') && (
        <span className={ui.warn}>{sentence(status.problem)}</span>
      )}
      {status.problem?.code === 'replica_differs_again' && (
        <Button size="compact-xs" variant="default" loading={recover.busy} onClick={() => recover.run()}>
          {t('strip.recover')}
        </Button>
      )}
      {recover.failure && <span className={ui.bad}>{sentence(recover.failure)}</span>}
      {status.unsent > 0 && (
        <Link to="/attention" className={css.link}>
          {t('strip.unsent', { count: status.unsent })}
        </Link>
      )}
      {status.attention > 0 && (
        <Link to="/attention" className={`${css.link} ${ui.state} ${ui.bad}`}>
          <IconAlertTriangle size={14} aria-hidden />
          {t('strip.attention', { count: status.attention })}
        </Link>
      )}
      <DueCallbacks />
      {status.secrets !== 'keyring' && (
        <span className={`${ui.state} ${ui.warn}`}>
          <IconAlertTriangle size={14} aria-hidden />
          {t(status.secrets === 'file' ? 'strip.secretsFile' : 'strip.secretsMemory')}
        </span>
      )}
      <span role="status" className={css.notice}>
        {words || (ended && t('masquerade.ended', { reason: term('ended', ended.reason) }))}
      </span>
    </footer>
  )
}
