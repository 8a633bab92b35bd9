import { Button, Textarea, TextInput } from '@mantine/core'
import { desk } from '../api/desk'
import { useDo, useSession, useStatus } from '../api/queries'
import type { TaskView } from '../api/tasks'
import { useWords } from '../i18n/words'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Subject } from '../ui/Subject'

export type TaskDeed = 'complete' | 'reject' | 'cancel' | 'assign' | 'undo'

interface Props {
  task: TaskView
  deed: TaskDeed
  onClose: () => void
}

/** Asks before a task is completed, rejected, cancelled, given to somebody or undone: whose it is stands above. */
export function TaskDialog({ task, deed, onClose }: Props) {
  const { t, term } = useWords()
  const { say } = useNotice()
  const online = useStatus().data?.online
  const me = useSession().data?.user?.id ?? ''
  const form = useKeptForm(`task ${deed} ${task.task_id}`, { words: '', csr: task.assignee || me })
  const { words, csr } = form.values
  const target = { task_id: task.task_id, account: task.account_number }
  // An alarm is not put away without a word.
  const explained =
    deed === 'reject' || deed === 'cancel' || (deed === 'complete' && task.kind.startsWith('alarm.'))
  const approves = deed === 'complete' && task.needs_second
  const says = approves ? 'approve' : deed
  const commented = words.trim() ? { ...target, words: words.trim() } : target
  const work = useDo(
    () => {
      if (deed === 'complete') return desk.completeTask(commented)
      if (deed === 'reject') return desk.rejectTask({ ...target, words: words.trim() })
      if (deed === 'cancel') return desk.cancelTask({ ...target, words: words.trim() })
      if (deed === 'undo') return desk.undoTask(target)
      return desk.assignTask({ ...target, csr: csr.trim() })
    },
    () => {
      form.drop()
      say(t(online ? 'taskDo.done' : 'taskDo.kept', { task: term('task', task.kind) }))
      onClose()
    },
  )
  return (
    <Dialog
      title={t(`taskDo.${says}Title`, { task: term('task', task.kind) })}
      subject={
        <Subject
          name={task.username ? `${task.name} · ${task.username}` : task.name}
          account={task.account_number}
          address={task.service_address}
        />
      }
      yes={t(`taskDo.${says}Yes`)}
      no={t('taskDo.no')}
      color={deed === 'reject' ? 'danger' : undefined}
      ready={!explained || words.trim() !== ''}
      held={t('held.words')}
      busy={work.busy}
      error={work.failure}
      form={form}
      onYes={() => work.run(undefined)}
      onClose={onClose}
    >
      <p>{t(`taskDo.${says}Text`)}</p>
      {(explained || approves) && (
        <Textarea
          data-autofocus
          label={t(approves ? 'taskDo.commentLabel' : 'taskDo.words')}
          required={explained}
          rows={2}
          maxLength={500}
          value={words}
          onChange={(event) => form.set({ words: event.currentTarget.value })}
        />
      )}
      {deed === 'assign' && (
        <>
          <TextInput
            data-autofocus
            label={t('taskDo.csr')}
            description={t('taskDo.csrText')}
            value={csr}
            onChange={(event) => form.set({ csr: event.currentTarget.value })}
          />
          <Button variant="default" onClick={() => form.set({ csr: me })}>
            {t('taskDo.toMe')}
          </Button>
        </>
      )}
    </Dialog>
  )
}
