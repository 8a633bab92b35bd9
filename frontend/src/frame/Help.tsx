import { Button } from '@mantine/core'
import { useLocation } from 'wouter'
import { useWords, type Key } from '../i18n/words'
import { Sheet } from '../ui/Sheet'
import ui from '../ui/ui.module.css'
import { keyWords } from './keys'
import css from './palette.module.css'
import { places } from './places'

function helpAt(path: string): { title: Key; help: Key } {
  if (path.startsWith('/account/')) return { title: 'frame.account', help: 'help.account' }
  const place = places.find((each) => each.path === path)
  return place ? { title: place.words, help: place.help } : { title: 'frame.help', help: 'help.find' }
}

/** What the page in front is for and how it is used, in a few sentences. */
export function Help({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const { t } = useWords()
  const [path] = useLocation()
  const { title, help } = helpAt(path)
  return (
    <Sheet title={t('frame.helpFor', { page: t(title) })} onClose={onClose}>
      <div className={ui.stack}>
        <ul className={css.help}>
          {t(help)
            .split('\n')
            .map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
        </ul>
        <p className={ui.quiet}>{t('frame.paletteHint', { key: keyWords('Mod+k') })}</p>
        <div className={ui.row}>
          <Button variant="default" onClick={onKeys}>
            {t('frame.keys')}
          </Button>
        </div>
      </div>
    </Sheet>
  )
}
