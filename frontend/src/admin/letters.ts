import { languageOf, type languages } from './policy'

type Language = (typeof languages)[number]

/** Which text of which message a key of the policy holds; undefined for every other key. */
export function letterOf(key: string) {
  const found = /^message\.(?<template>\w+)(?<subject>\.subject)?(?:\.(?:en|es))?$/.exec(key)?.groups
  if (!found?.template) return undefined
  return { template: found.template, subject: found.subject !== undefined, language: languageOf(key) }
}

/** The letters, each once, whose texts stand among the keys. */
export function lettersIn(keys: readonly string[]): { template: string; language: Language }[] {
  const all = new Map<string, { template: string; language: Language }>()
  for (const key of [...keys].sort()) {
    const letter = letterOf(key)
    if (letter) all.set(`${letter.template} ${letter.language}`, letter)
  }
  return [...all.values()].map(({ template, language }) => ({ template, language }))
}
