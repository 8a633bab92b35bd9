import { TextInput } from '@mantine/core'
import { useId, useState, type KeyboardEvent } from 'react'
import { useWords } from '../i18n/words'
import { refocus, Sheet } from '../ui/Sheet'
import { Subject } from '../ui/Subject'
import ui from '../ui/ui.module.css'
import { useMatching, type Line } from './matching'
import { useOffers } from './offers'
import { Option } from './PaletteOption'
import css from './palette.module.css'
import { pressed } from './keys'
import { usePerform } from './usePerform'

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }

/** Every action of the window by its words, each with its key; what cannot be done now says why. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const [origin] = useState(() => document.activeElement)
  const book = useOffers()
  const perform = usePerform()
  const groups = useMatching(typed)
  const all = groups.flatMap(({ lines }) => lines)
  const chosen = all[Math.min(at, all.length - 1)]
  const optionId = (line: Line | undefined) => line && `${id}${line.id}`
  const front = book.front()

  const choose = (line: Line | undefined) => {
    if (!line?.offer || line.offer === 'off' || line.offer.held !== undefined) return
    // Where it came from has the focus again before the action moves it on.
    refocus(origin)
    perform(line.action, line.offer)
    onClose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step !== undefined) setAt(Math.max(0, Math.min(all.length - 1, Math.min(at, all.length - 1) + step)))
    else if (event.key === 'Enter') choose(chosen)
    else if (pressed(event.nativeEvent) === 'Mod+k') onClose()
    else return
    event.preventDefault()
  }

  return (
    <Sheet title={t('frame.palette')} onClose={onClose} size="lg" yOffset="6vh">
      <div className={ui.stack}>
        {front && (
          <div className={ui.subject}>
            <Subject {...front} />
          </div>
        )}
        <TextInput
          type="search"
          role="combobox"
          aria-label={t('frame.paletteBox')}
          placeholder={t('frame.paletteBox')}
          aria-expanded
          aria-autocomplete="list"
          aria-controls={`${id}list`}
          aria-activedescendant={optionId(chosen)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
        <div id={`${id}list`} role="listbox" aria-label={t('frame.palette')} className={css.list}>
          {groups.map(({ group, lines }) => (
            <div key={group} role="group" aria-labelledby={`${id}${group}`}>
              <div id={`${id}${group}`} role="presentation" className={css.group}>
                {t(`frame.group.${group}`)}
              </div>
              {lines.map((line) => (
                <Option
                  key={line.id}
                  id={`${id}${line.id}`}
                  line={line}
                  chosen={line === chosen}
                  onChoose={() => choose(line)}
                />
              ))}
            </div>
          ))}
        </div>
        <p role="status" className={ui.quiet}>
          {all.length === 0 ? t('frame.nothing') : ''}
        </p>
      </div>
    </Sheet>
  )
}
