import { Textarea, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { contacts } from '../api/contacts'
import { useDo } from '../api/queries'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import css from './Contact.module.css'
import { instantIn, tomorrowIn } from './zone'

interface Props {
  account: string
  subject: ReactNode
  /** The utility's time zone: what is promised is meant in it. */
  zone: string
  onClose: () => void
}

/** Promises to call back, at a day and time of the utility's zone. */
export function CallbackDialog({ account, subject, zone, onClose }: Props) {
  const { t } = useWords()
  const { say } = useNotice()
  const [tomorrow] = useState(() => tomorrowIn(zone, Date.now()))
  const form = useKeptForm(`callback ${account}`, { day: tomorrow, time: '09:00', promised: '' })
  const { day, time, promised } = form.values
  const plan = useDo(contacts.plan, () => {
    form.drop()
    say(t('callback.planned'))
    onClose()
  })
  const due = instantIn(zone, day, time)
  return (
    <Dialog
      title={t('callback.plan')}
      subject={subject}
      yes={t('callback.yes')}
      no={t('cancel')}
      ready={due !== undefined && promised.trim() !== ''}
      busy={plan.busy}
      error={plan.failure}
      form={form}
      onYes={() => {
        if (due !== undefined) plan.run({ account, due_at: due, text: promised.trim() })
      }}
      onClose={onClose}
    >
      <div className={css.pair}>
        <TextInput
          type="date"
          label={t('callback.day')}
          value={day}
          onChange={(event) => form.set({ day: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          label={t('callback.time')}
          value={time}
          onChange={(event) => form.set({ time: event.currentTarget.value })}
        />
      </div>
      <Textarea
        data-autofocus
        label={t('callback.promised')}
        value={promised}
        rows={3}
        maxLength={1000}
        onChange={(event) => form.set({ promised: event.currentTarget.value })}
      />
    </Dialog>
  )
}
