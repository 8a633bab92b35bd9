import { useWords } from '../i18n/words'
import { actions, groups, type Action, type Group } from './actions'
import { useOffers, type Choice } from './offers'

// "Pagina" finds "Página": the signs above and below letters are left out on both sides.
const plain = (words: string) => words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** An action as the palette shows it, once for each thing that it can be done to. */
export interface Line {
  id: string
  action: Action
  offer: Choice
  /** Which of several it is that read the same; nothing where no other does. */
  alike: { at: number; count: number } | undefined
}

/** The offers of one action as lines. What reads like another is told apart by its place. */
function linesOf(action: Action, offers: readonly Choice[]): Line[] {
  const reads = (offer: Choice) =>
    offer && offer !== 'off' && JSON.stringify([offer.of, offer.about?.account])
  return offers.map((offer, at) => {
    const same = offers.filter((other) => reads(other) === reads(offer))
    const alike = same.length > 1 ? { at: same.indexOf(offer) + 1, count: same.length } : undefined
    return { id: `${action.name}-${at}`, action, offer, alike }
  })
}

/**
 * The actions whose words hold all that was typed, by group; with an account in front its own come first, on a page without
 * one what can be done there.
 */
export function useMatching(typed: string): { group: Group; lines: Line[] }[] {
  const { t } = useWords()
  const book = useOffers()
  const wanted = plain(typed).split(/\s+/).filter(Boolean)
  const fits = ({ action, offer }: Line) => {
    if (offer === 'off') return false
    const words = plain(`${t(action.words)} ${offer?.of ?? ''} ${t(`frame.group.${action.group}`)}`)
    return wanted.every((word) => words.includes(word))
  }
  const onPage = actions.some(({ name, group }) => group === 'page' && book.find(name) !== undefined)
  const atFirst: readonly Group[] = book.front() ? ['account', 'tabs', 'page'] : onPage ? ['page'] : []
  return [...new Set([...atFirst, ...groups])]
    .map((group) => {
      const lines = actions
        .filter((action) => action.group === group)
        .flatMap((action) => linesOf(action, book.all(action.name)))
        .filter(fits)
      // What other pages have stands below what this one has.
      const here = group === 'page' ? lines.filter(({ offer }) => offer) : lines
      return { group, lines: [...here, ...lines.filter((line) => !here.includes(line))] }
    })
    .filter(({ lines }) => lines.length > 0)
}
