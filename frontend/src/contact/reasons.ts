import type { Reason } from '../api/contacts'
import type { Language } from '../i18n/words'

/** What is offered of a catalogue, as a list of choices. */
export function offered(all: readonly Reason[] | undefined, sort: string, language: Language) {
  return (all ?? [])
    .filter((reason) => reason.sort === sort && !reason.retired)
    .map((reason) => ({ value: reason.reason_id, label: inLanguage(reason, language) }))
}

/** The words of an entry of a catalogue, also of one that is not offered any more. */
export function reasonWords(
  all: readonly Reason[] | undefined,
  sort: string,
  id: string,
  language: Language,
) {
  const found = all?.find((reason) => reason.sort === sort && reason.reason_id === id)
  return found ? inLanguage(found, language) : id
}

const inLanguage = (reason: Reason, language: Language) =>
  language === 'es' ? reason.text_es : reason.text_en
