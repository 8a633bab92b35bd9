import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { contacts, useFacts, type OpenContact } from '../api/contacts'
import { useDo, useStatus } from '../api/queries'
import { useWords } from '../i18n/words'
import { useNotice } from '../ui/Notice'
import { HeldButton } from '../ui/HeldButton'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Contact.module.css'

interface Props {
  contact: OpenContact
  most: number
  onClose: () => void
}

/** One question after the other: what was said goes to the portal and is shown nowhere. */
export function AnswerForm({ contact, most, onClose }: Props) {
  const { t, term, sentence } = useWords()
  const online = useStatus().data?.online
  const { say } = useNotice()
  const onFile = useFacts(contact.account_number, true)
  const field = useRef<HTMLInputElement>(null)
  const [answered, setAnswered] = useState<readonly string[]>(contact.facts)
  const [chosen, setChosen] = useState('')
  const [answer, setAnswer] = useState('')
  const [paidOn, setPaidOn] = useState('')
  const [result, setResult] = useState('')
  const left = (onFile.data?.facts ?? []).filter((fact) => !answered.includes(fact))
  const fact = left.includes(chosen) ? chosen : (left[0] ?? '')
  const twofold = fact === 'last_payment'
  const ready = answer.trim() !== '' && (!twofold || paidOn.trim() !== '')
  const ask = useDo(contacts.verify, ({ right, level, facts, left: tries }) => {
    setAnswer('')
    setPaidOn('')
    setAnswered(facts)
    if (!right && tries === 0) {
      say(t('verify.ended'))
      onClose()
      return
    }
    setResult(right ? t('verify.right', { level, most }) : t('verify.wrong', { count: tries }))
    if (right && level >= most) onClose()
    field.current?.focus()
  })
  const held = ask.busy
    ? t('held.busy')
    : online === false
      ? sentence({ code: 'online_only', params: {} })
      : ready
        ? ''
        : t('held.answer')
  if (onFile.data && left.length === 0) return <p>{t('verify.nothing')}</p>
  return (
    <form
      className={ui.stack}
      onSubmit={(event) => {
        event.preventDefault()
        if (held !== '') return
        setResult('')
        ask.run({
          contact_id: contact.contact_id,
          account: contact.account_number,
          fact,
          answer: twofold ? `${answer};${paidOn}` : answer,
        })
      }}
    >
      <Trouble error={onFile.error} />
      <NativeSelect
        label={t('verify.ask')}
        value={fact}
        data={left.map((value) => ({ value, label: term('fact', value) }))}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <div className={twofold ? css.pair : undefined}>
        <TextInput
          ref={field}
          data-autofocus
          autoComplete="off"
          label={twofold ? t('verify.paid') : t('verify.answer')}
          value={answer}
          onChange={(event) => setAnswer(event.currentTarget.value)}
        />
        {twofold && (
          <TextInput
            autoComplete="off"
            label={t('verify.paidOn')}
            value={paidOn}
            onChange={(event) => setPaidOn(event.currentTarget.value)}
          />
        )}
      </div>
      <p className={ui.fine}>{t('verify.compared')}</p>
      <p role="status">{result}</p>
      <Trouble error={ask.failure} />
      <div className={`${ui.row} ${ui.end}`}>
        <Button variant="default" onClick={onClose}>
          {t('close')}
        </Button>
        <HeldButton type="submit" held={held}>
          {t('verify.compare')}
        </HeldButton>
      </div>
    </form>
  )
}
