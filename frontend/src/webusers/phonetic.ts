import type { Language } from '../i18n/words'

// What people say on the telephone for a letter, so that nobody takes B for D. Codes hold no O, 0, I and 1.
const spoken: Record<Language, Record<string, string>> = {
  en: {
    ...{ A: 'Alfa', B: 'Bravo', C: 'Charlie', D: 'Delta', E: 'Echo', F: 'Foxtrot', G: 'Golf', H: 'Hotel' },
    ...{ J: 'Juliett', K: 'Kilo', L: 'Lima', M: 'Mike', N: 'November', P: 'Papa', Q: 'Quebec', R: 'Romeo' },
    ...{ S: 'Sierra', T: 'Tango', U: 'Uniform', V: 'Victor', W: 'Whiskey', X: 'X-ray', Y: 'Yankee' },
    ...{ Z: 'Zulu', 2: 'two', 3: 'three', 4: 'four', 5: 'five', 6: 'six', 7: 'seven', 8: 'eight', 9: 'nine' },
  },
  es: {
    ...{ A: 'Antonio', B: 'Burgos', C: 'Carmen', D: 'David', E: 'España', F: 'Francia', G: 'Granada' },
    ...{ H: 'Historia', J: 'José', K: 'Kilo', L: 'Lorenzo', M: 'Madrid', N: 'Navidad', P: 'París' },
    ...{ Q: 'Queso', R: 'Ramón', S: 'Sábado', T: 'Toledo', U: 'Ulises', V: 'Valencia', W: 'Washington' },
    ...{ X: 'Xilófono', Y: 'Yolanda', Z: 'Zaragoza', 2: 'dos', 3: 'tres', 4: 'cuatro', 5: 'cinco' },
    ...{ 6: 'seis', 7: 'siete', 8: 'ocho', 9: 'nueve' },
  },
}

/** A code's groups, each letter with the word that is said for it. */
export function spellOut(code: string, language: Language): { letter: string; word: string }[][] {
  return code
    .split('-')
    .map((group) => Array.from(group, (letter) => ({ letter, word: spoken[language][letter] ?? letter })))
}
