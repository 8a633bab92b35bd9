import { useEffect, useRef } from 'react'
import { useWhy } from '../api/queries'
import { useWords } from '../i18n/words'
import { KeyCaps } from './KeyCaps'
import type { Line } from './matching'
import { useOffers, type Offer } from './offers'
import css from './palette.module.css'

interface Props {
  id: string
  line: Line
  chosen: boolean
  onChoose: () => void
}

/** One action, its key, and why it cannot be done now. */
export function Option(props: Props) {
  const { t } = useWords()
  const front = useOffers().front()
  const { action, offer } = props.line
  if (!offer || offer === 'off') {
    const elsewhere = { places: 'frame.notYours', page: 'frame.notOnPage' } as const
    const ofAccount = front ? 'frame.notHere' : 'frame.noAccount'
    const { group } = action
    const why = group === 'places' || group === 'page' ? elsewhere[group] : ofAccount
    return <Row {...props} reason={t(why)} />
  }
  const about = offer.about && offer.about.account !== front?.account ? offer.about : undefined
  if (offer.held === undefined && offer.gate) return <Asked {...props} gate={offer.gate} about={about} />
  return <Row {...props} reason={offer.held ?? ''} about={about} />
}

type About = Pick<Offer, 'about'>

function Asked({ gate, ...props }: Props & About & { gate: NonNullable<Offer['gate']> }) {
  const { sentence } = useWords()
  const { data: why, error } = useWhy(gate.kind, gate.args)
  const refused = why && !why.allowed ? sentence(why) : ''
  return <Row {...props} reason={error ? sentence({ code: 'fault', params: {} }) : refused} />
}

function Row({ id, line, chosen, onChoose, reason, about }: Props & About & { reason: string }) {
  const { t } = useWords()
  const { action, offer, alike } = line
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    // The focus stays in the box, whose keys move among the options.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={row}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      aria-disabled={reason !== ''}
      className={css.option}
      onClick={() => {
        if (reason === '') onChoose()
      }}
    >
      <span>
        {t(action.words)}
        {offer && offer !== 'off' && offer.of !== undefined && <span className={css.reason}>{offer.of}</span>}
        {alike && <span className={css.reason}>{t('frame.alike', alike)}</span>}
        {about && (
          <span className={css.reason}>
            {about.name} · {t('account.number')} {about.account} · {about.address}
          </span>
        )}
        {reason !== '' && <span className={css.reason}>{reason}</span>}
      </span>
      <KeyCaps action={action} />
    </div>
  )
}
