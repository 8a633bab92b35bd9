import { IconArrowBackUp, IconCheck, IconRotate2, IconUserCheck, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { TaskView } from '../api/tasks'
import { aboutOf } from '../frame/offers'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import ui from '../ui/ui.module.css'
import { TaskDialog, type TaskDeed } from './TaskDialog'

const deeds = [
  { deed: 'complete', Icon: IconCheck },
  { deed: 'reject', Icon: IconX },
  { deed: 'cancel', Icon: IconArrowBackUp },
  { deed: 'assign', Icon: IconUserCheck },
  { deed: 'undo', Icon: IconRotate2 },
] as const

/** What can be done about a task. What cannot says why not: of a final one since when it is final. */
export function TaskActions({ task }: { task: TaskView }) {
  const { t, term } = useWords()
  const [deed, setDeed] = useState<TaskDeed>()
  const kind = term('task', task.kind)
  const target = { task_id: task.task_id, account: task.account_number }
  return (
    <div className={ui.row}>
      {deeds.map(({ deed: each, Icon }) => (
        <Gated
          key={each}
          kind={`task.${each}`}
          action={`task.${each}`}
          of={each === 'complete' && task.needs_second ? `${t('taskDo.approve')}: ${kind}` : kind}
          about={aboutOf(task)}
          args={target}
          variant="default"
          leftSection={<Icon size={16} aria-hidden />}
          onAct={() => setDeed(each)}
        >
          {t(each === 'complete' && task.needs_second ? 'taskDo.approve' : `taskDo.${each}`)}
        </Gated>
      ))}
      {deed && <TaskDialog key={deed} task={task} deed={deed} onClose={() => setDeed(undefined)} />}
    </div>
  )
}
