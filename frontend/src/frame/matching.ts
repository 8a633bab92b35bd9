import { useWords } from '../i18n/words'
import { actions, groups, type Action, type Group } from './actions'
import { useOffers } from './offers'

// "Pagina" finds "Página": the signs above and below letters are left out on both sides.
const plain = (words: string) => words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** The actions whose words hold all that was typed, by group; with an account in front its own come first. */
export function useMatching(typed: string): { group: Group; actions: Action[] }[] {
  const { t } = useWords()
  const book = useOffers()
  const wanted = plain(typed).split(/\s+/).filter(Boolean)
  const order: readonly Group[] = book.front() ? ['account', 'tabs', 'places', 'window'] : groups
  return order
    .map((group) => ({
      group,
      actions: actions.filter((action) => {
        if (action.group !== group || book.find(action.name) === 'off') return false
        const words = plain(`${t(action.words)} ${t(`frame.group.${group}`)}`)
        return wanted.every((word) => words.includes(word))
      }),
    }))
    .filter(({ actions: some }) => some.length > 0)
}
