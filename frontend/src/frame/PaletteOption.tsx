import { useEffect, useRef } from 'react'
import { useWhy } from '../api/queries'
import { useWords } from '../i18n/words'
import type { Action } from './actions'
import { KeyCaps } from './KeyCaps'
import { useOffers, type Offer } from './offers'
import css from './palette.module.css'

interface Props {
  id: string
  action: Action
  chosen: boolean
  onChoose: () => void
}

/** One action, its key, and why it cannot be done now. */
export function Option(props: Props) {
  const { t } = useWords()
  const offer = useOffers().find(props.action.name)
  const front = useOffers().front()
  if (!offer || offer === 'off') {
    const { group } = props.action
    const why = group === 'places' ? 'frame.notYours' : front ? 'frame.notHere' : 'frame.noAccount'
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

function Row({ id, action, chosen, onChoose, reason, about }: Props & About & { reason: string }) {
  const { t } = useWords()
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
