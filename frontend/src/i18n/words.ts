import errorsEn from '@texts/en.json'
import errorsEs from '@texts/es.json'
import { createInstance } from 'i18next'
import { useMemo, useSyncExternalStore } from 'react'
import type { Failure, Params } from '../api/failure'
import { en, es } from './texts'

type Base<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K
/** A key of the window's own sentences; plurals go by their stem. */
export type Key = Base<keyof typeof en>
export type Language = 'en' | 'es'

const remembered = 'language'

function firstLanguage(): Language {
  const chosen = localStorage.getItem(remembered) ?? navigator.language
  return chosen.startsWith('es') ? 'es' : 'en'
}

const catalogue = createInstance()
void catalogue.init({
  lng: firstLanguage(),
  fallbackLng: 'en',
  resources: { en: { window: en, error: errorsEn }, es: { window: es, error: errorsEs } },
  ns: ['window', 'error'],
  defaultNS: 'window',
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  showSupportNotice: false,
  // React escapes what it renders.
  interpolation: { escapeValue: false },
})
document.documentElement.lang = catalogue.language

/** Changes the language of every sentence on the screen, and remembers it on this computer. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(remembered, language)
  await catalogue.changeLanguage(language)
  document.documentElement.lang = language
}

function spoken(code: string): string {
  const words = code.replaceAll(/[._]/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The sentences in one language. */
export function wordsIn(language: Language) {
  const t = catalogue.getFixedT(language, 'window')
  return {
    language,
    /** A sentence by its key. */
    t: (key: Key, params: Params = {}): string => t(key, params),
    /** The word for a code of the records, such as a task's kind; an unknown code is read aloud. */
    term: (group: string, code: string): string => {
      const key = `${group}.${code}`
      return catalogue.exists(key, { lng: language, ns: 'window' }) ? t(key) : spoken(code)
    },
    /** The sentence of an error. Code and placeholders are the portal's and the desk's, too. */
    sentence: ({ code, params }: Pick<Failure, 'code' | 'params'>): string => {
      const says = catalogue.getFixedT(language, 'error')
      const known = (name: string) => catalogue.exists(name, { lng: language, ns: 'error' })
      if (!known(code)) return t('error.code', { code })
      const { problem_code: problem, problem_field: field } = params
      if (typeof problem !== 'string' || !known(problem)) return says(code, params)
      // What is wrong has a sentence of its own, which begins with a field.
      return says(code, { ...params, problem: `${field ?? ''} ${says(problem, params)}`.trim() })
    },
  }
}
export type Words = ReturnType<typeof wordsIn>

function onLanguage(changed: () => void): () => void {
  catalogue.on('languageChanged', changed)
  return () => catalogue.off('languageChanged', changed)
}

/** The sentences in the chosen language; the component follows a change of it. */
export function useWords(): Words {
  const language = useSyncExternalStore(onLanguage, () => (catalogue.language === 'es' ? 'es' : 'en'))
  return useMemo(() => wordsIn(language), [language])
}
