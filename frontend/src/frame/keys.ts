/**
 * Keys as the window writes them down: "F2", "Escape", "Mod+k", "Mod+Shift+m", "n". Mod is Ctrl, on macOS Cmd. A character
 * that is no letter or digit stands for itself, however a keyboard makes it: "Mod+/" is Ctrl+Shift+7 on a Spanish one.
 */
export type Chord = string

export const isMac = (agent = navigator.userAgent) => /Mac OS X|Macintosh/.test(agent)

const shifted = /^(?:[a-z]|[A-Z][A-Za-z0-9]+)$/

/** The chord that was pressed. */
export function pressed(event: KeyboardEvent, mac = isMac()): Chord {
  // The row of digits gives other characters on some keyboards; with Ctrl it is meant as digits.
  const digit = event.shiftKey ? undefined : /^Digit(\d)$/.exec(event.code)?.[1]
  const key = digit ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key)
  const mod = mac ? event.metaKey : event.ctrlKey
  return `${mod ? 'Mod+' : ''}${event.shiftKey && shifted.test(key) ? 'Shift+' : ''}${key}`
}

const spoken: Record<string, string> = { Escape: 'Esc', Mod: 'Ctrl' }
const spokenOnMac: Record<string, string> = { Escape: 'esc', Mod: '⌘', Shift: '⇧' }

/** A chord for people: Ctrl+K, or ⌘K on a Mac. */
export function keyWords(chord: Chord, mac = isMac()): string {
  const words = mac ? spokenOnMac : spoken
  return chord
    .split('+')
    .map((part) => words[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(mac ? '' : '+')
}

/** A chord as aria-keyshortcuts wants it. */
export function ariaKey(chord: Chord, mac = isMac()): string {
  return chord.replace('Mod', mac ? 'Meta' : 'Control')
}
