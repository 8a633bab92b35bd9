import { NativeSelect, useMantineColorScheme } from '@mantine/core'
import { chooseLanguage, useWords } from '../i18n/words'
import css from './Frame.module.css'

/** Language and colours: of this computer, not of the account. */
export function Preferences() {
  const { t, language } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div className={css.preferences}>
      <NativeSelect
        size="xs"
        aria-label={t('settings.language')}
        value={language}
        data={[
          { value: 'en', label: 'English' },
          { value: 'es', label: 'Español' },
        ]}
        onChange={(event) => void chooseLanguage(event.currentTarget.value === 'es' ? 'es' : 'en')}
      />
      <NativeSelect
        size="xs"
        aria-label={t('settings.colours')}
        value={colorScheme}
        data={[
          { value: 'auto', label: t('settings.auto') },
          { value: 'light', label: t('settings.light') },
          { value: 'dark', label: t('settings.dark') },
        ]}
        onChange={({ currentTarget: { value } }) =>
          setColorScheme(value === 'dark' || value === 'light' ? value : 'auto')
        }
      />
    </div>
  )
}
