import { Button } from '@mantine/core'
import { IconUserShare } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'wouter'
import { desk } from '../api/desk'
import { useDo, useMasquerade } from '../api/queries'
import { useOffer } from '../frame/offers'
import { receiptPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import css from './masquerade.module.css'

/** Stands over everything while a masquerade is open: as whom, until when, and the way to end it. */
export function MasqueradeStrip() {
  const { t, term, sentence } = useWords()
  const { clock } = useFormats()
  const { data: masquerade } = useMasquerade()
  const end = useDo(() => desk.endMasquerade())
  useOffer('endMasquerade', {
    run: () => end.run(undefined),
    ...(masquerade?.open ? { of: masquerade.username } : { held: t('masquerade.none') }),
  })
  if (masquerade?.ended?.session_id)
    return <Over key={masquerade.ended.session_id} session={masquerade.ended.session_id} username={masquerade.ended.username} />
  if (!masquerade?.open) return null
  return (
    <section className={css.strip} aria-label={t('masquerade.label')}>
      <IconUserShare size={18} aria-hidden />
      <span>
        <strong>{t('masquerade.open', { username: masquerade.username })}</strong>{' '}
        {t('masquerade.detail', {
          account: masquerade.account,
          mode: term('mode', masquerade.mode),
          until: clock(masquerade.ends_at),
        })}
      </span>
      <span role="status" className={css.lost}>
        {masquerade.window_lost ? t('masquerade.windowLost') : masquerade.portal_lost && t('masquerade.portalLost')}
      </span>
      {end.failure && <span role="alert">{sentence(end.failure)}</span>}
      <Button className={css.end} variant="white" color="masquerade.8" onClick={() => end.run(undefined)}>
        {t('masquerade.end')}
      </Button>
    </section>
  )
}

/** Says that a masquerade is over, and where its receipt is, until it is read or sent away. */
function Over({ session, username }: { session: string; username: string }) {
  const { t } = useWords()
  const [read, setRead] = useState(false)
  if (read) return null
  return (
    <section className={css.over} aria-label={t('receipt.label')}>
      <span>{t('receipt.over', { username })}</span>
      <Link to={receiptPlace(session)} onClick={() => setRead(true)}>
        {t('receipt.show')}
      </Link>
      <Button className={css.end} variant="subtle" size="compact-sm" onClick={() => setRead(true)}>
        {t('receipt.dismiss')}
      </Button>
    </section>
  )
}
