import { Checkbox } from '@mantine/core'
import { useWords } from '../i18n/words'
import { Sheet } from '../ui/Sheet'
import ui from '../ui/ui.module.css'
import { actions, groups, keysFor } from './actions'
import { isMac } from './keys'
import { KeyCaps } from './KeyCaps'
import { chooseLetters, useLetters } from './letters'
import { useOffers } from './offers'
import css from './palette.module.css'

/** Every action that has a key. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const letters = useLetters()
  const book = useOffers()
  const withKeys = actions.filter(
    (action) => book.find(action.name) !== 'off' && keysFor(action, isMac(), letters).length > 0,
  )
  return (
    <Sheet title={t('frame.keys')} onClose={onClose} size="lg">
      <div className={ui.stack}>
        <Checkbox
          label={t('frame.letters')}
          description={t('frame.lettersText')}
          checked={letters}
          onChange={(event) => chooseLetters(event.currentTarget.checked)}
        />
        <div className={css.columns}>
          {groups
            .filter((group) => withKeys.some((action) => action.group === group))
            .map((group) => (
              <section key={group}>
                <h2>{t(`frame.group.${group}`)}</h2>
                <ul className={css.plain}>
                  {withKeys
                    .filter((action) => action.group === group)
                    .map((action) => (
                      <li key={action.name} className={css.key}>
                        <span>{t(action.words)}</span>
                        <KeyCaps action={action} />
                      </li>
                    ))}
                </ul>
              </section>
            ))}
        </div>
      </div>
    </Sheet>
  )
}
