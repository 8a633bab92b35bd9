import { useMemo } from 'react'
import { useWords } from '../i18n/words'
import { letterOf } from './letters'

/** The words for keys of the policy, for their values, and for what may be done. */
export function usePolicyWords() {
  const { t, term } = useWords()
  return useMemo(() => {
    const actWords = (what: string) => {
      const task = what.startsWith('entitlements.')
      return term(task ? 'entitlement' : 'permission', task ? what.slice('entitlements.'.length) : what)
    }
    const keyWords = (key: string): string => {
      const [group = '', whom = '', ...rest] = key.split('.')
      if (group === 'verify' && !['facts', 'wrong_answers'].includes(whom)) {
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
      if (key.startsWith('verify.') && /^\d$/.test(value)) return t('admin.level', { level: value })
      return /^[a-z_]+$/.test(value) ? term('policyValue', value) : value
    }
    return { keyWords, valueWords, actWords }
  }, [t, term])
}
