import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Field } from '../api/ask'
import { desk } from '../api/desk'
import { failureFrom } from '../api/failure'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import css from './Account.module.css'

const seconds = 30

interface Props {
  person: string
  account: string
  field: Field
  /** What it is, such as SSN. */
  name: string
  masked: string
}

/** Something masked, which the portal reveals when asked. It is kept nowhere but here, for half a minute at most. */
export function Masked({ person, account, field, name, masked }: Props) {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const [value, setValue] = useState('')
  const here = useRef(false)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const ask = async () => {
    try {
      const answer = await desk.reveal({ person_id: person, account, field })
      if (!here.current) return // an answer to a page that was left is shown nowhere
      setValue(answer.value)
      say(t('reveal.shown', { what: name, seconds }))
    } catch (thrown) {
      if (here.current) say(sentence(failureFrom(thrown)))
    }
  }
  const hide = useEffectEvent(() => {
    setValue('')
    say(t('reveal.hidden', { what: name }))
  })
  useEffect(() => {
    if (value === '') return
    const timer = setTimeout(hide, seconds * 1000)
    return () => clearTimeout(timer)
  }, [value])
  return (
    <span className={css.pair}>
      <span>{name}</span>
      <span className={css.masked}>{value || masked}</span>
      <Gated
        kind="identifier.reveal"
        action={value ? undefined : 'reveal'}
        of={name}
        args={{ person_id: person, account, field }}
        variant="subtle"
        size="compact-xs"
        label={value ? `${t('reveal.hide')} ${name}` : t('reveal.named', { what: name })}
        onAct={() => (value ? setValue('') : void ask())}
      >
        {t(value ? 'reveal.hide' : 'reveal.action')}
      </Gated>
    </span>
  )
}
