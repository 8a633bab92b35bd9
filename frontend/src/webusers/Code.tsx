import { useEffect, useState } from 'react'
import type { RecoveryCode } from '../api/webusers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { spellOut } from './phonetic'
import css from './webusers.module.css'

const minute = 60_000

/** A recovery code, large and in groups, with the word for each letter, and how long it works. */
export function Code({ code }: { code: RecoveryCode }) {
  const { t, language } = useWords()
  const { when } = useFormats()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minute / 4)
    return () => clearInterval(timer)
  }, [])
  const left = Math.max(0, Math.floor((code.ends_at - now) / minute))
  return (
    <section aria-label={t('recovery.code')} className={css.code}>
      {spellOut(code.code, language).map((group, at) => (
        <div key={at} className={css.group}>
          <div className={css.letters}>{group.map(({ letter }) => letter).join('')}</div>
          <ol className={css.spoken}>
            {group.map(({ letter, word }, place) => (
              <li key={place}>
                <b>{letter}</b> {word}
              </li>
            ))}
          </ol>
        </div>
      ))}
      <p className={css.clock} role="timer">
        {left > 0
          ? t('recovery.left', { hours: Math.floor(left / 60), minutes: left % 60, when: when(code.ends_at) })
          : t('recovery.ended')}
      </p>
    </section>
  )
}
