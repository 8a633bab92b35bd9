// What belongs to one part of the window stands in files of its own. No key stands in two, as a test holds.
import adminEn from './admin.en.json'
import adminEs from './admin.es.json'
import contactEn from './contact.en.json'
import contactEs from './contact.es.json'
import findEn from './find.en.json'
import findEs from './find.es.json'
import frameEn from './frame.en.json'
import frameEs from './frame.es.json'
import lockEn from './lock.en.json'
import lockEs from './lock.es.json'
import recoveryEn from './recovery.en.json'
import recoveryEs from './recovery.es.json'
import tasksEn from './tasks.en.json'
import tasksEs from './tasks.es.json'
import usageEn from './usage.en.json'
import usageEs from './usage.es.json'
import commonEn from './en.json'
import commonEs from './es.json'

/** The files of each language. */
export const parts = {
  en: [commonEn, adminEn, contactEn, findEn, frameEn, lockEn, recoveryEn, tasksEn, usageEn],
  es: [commonEs, adminEs, contactEs, findEs, frameEs, lockEs, recoveryEs, tasksEs, usageEs],
}

export const en = {
  ...commonEn,
  ...adminEn,
  ...contactEn,
  ...findEn,
  ...frameEn,
  ...lockEn,
  ...recoveryEn,
  ...tasksEn,
  ...usageEn,
}
export const es: Record<keyof typeof en, string> = {
  ...commonEs,
  ...adminEs,
  ...contactEs,
  ...findEs,
  ...frameEs,
  ...lockEs,
  ...recoveryEs,
  ...tasksEs,
  ...usageEs,
}
