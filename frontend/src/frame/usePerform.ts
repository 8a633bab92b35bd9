import { useContext } from 'react'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import type { Action } from './actions'
import { useGate } from './gate'
import { OffersContext, type Choice } from './offers'

/**
 * Does an action as its button would, or says why it cannot be done: of several the one that was chosen. The result tells
 * whether anybody offers it.
 */
export function usePerform() {
  const book = useContext(OffersContext)
  const { t } = useWords()
  const { say } = useNotice()
  const gate = useGate()
  return ({ name, group }: Action, chosen?: Choice): boolean => {
    const offer = chosen ?? book.find(name)
    if (offer === 'off') return false
    if (!offer) {
      if (group === 'account' && !book.front() && name !== 'back') say(t('frame.noAccount'))
      return false
    }
    if (offer.held) say(offer.held)
    else if (offer.gate) gate(offer.gate.kind, offer.gate.args, offer.run)
    else offer.run()
    return true
  }
}
