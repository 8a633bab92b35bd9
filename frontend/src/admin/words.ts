import { useMemo } from 'react'
import { useWords } from '../i18n/words'
import { letterOf } from './letters'

/** Whether a key says how far callers are to be verified before something; the others of its group are about verifying itself. */
const isLevel = (key: string) => /^verify\.[a-z_]+\./.test(key)

/** The keys whose values mean something else than those of other keys by the same name. */
const ownValues = ['task.others', 'verify.override']

/** The words for keys of the policy, for their values, and for what may be done. */
export function usePolicyWords() {
  const { t, term } = useWords()
  return useMemo(() => {
    const actWords = (what: string): string => {
      if (isLevel(what) || ['console.enabled', 'portal.hand_over'].includes(what)) return keyWords(what)
      const task = what.startsWith('entitlements.')
      return term(task ? 'entitlement' : 'permission', task ? what.slice('entitlements.'.length) : what)
    }
    const keyWords = (key: string): string => {
      const [group = '', whom = '', ...rest] = key.split('.')
      if (isLevel(key)) {
        return t('admin.verify', { what: term('command', key.slice('verify.'.length)) })
      }
      if (
        group === 'permissions' ||
        (group === 'entitlements' && ['csr', 'supervisor', 'admin', 'staff'].includes(whom))
      ) {
        const person = whom === 'staff'
        const who = person ? (rest[0] ?? '') : term('role', whom)
        const what = (person ? rest.slice(1) : rest).join('.')
        return `${who}: ${actWords(group === 'permissions' ? what : `entitlements.${what}`)}`
      }
      if (group === 'entitlements') return actWords(key)
      const letter = letterOf(key)
      if (letter) {
        return t(letter.subject ? 'admin.letterSubjectOf' : 'admin.letterTextOf', {
          name: term('template', letter.template),
          language: t(`language.${letter.language}`),
        })
      }
      return term('policyKey', key)
    }
    const valueWords = (key: string, value: string): string => {
      if (value === '') return ''
      if (isLevel(key) && /^\d$/.test(value)) return t('admin.level', { level: value })
      if (key === 'verify.facts')
        return value
          .split(';')
          .map((fact) => term('fact', fact))
          .join(', ')
      if (!/^[a-z_]+$/.test(value)) return value
      return term(ownValues.includes(key) ? `policyValue.${key}` : 'policyValue', value)
    }
    return { keyWords, valueWords, actWords }
  }, [t, term])
}
