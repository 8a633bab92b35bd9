import { Textarea } from '@mantine/core'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import type { TaskView } from '../api/tasks'
import { aboutOf } from '../frame/offers'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { useKeptText } from '../ui/kept'
import { Panel } from '../ui/Panel'
import { Pending } from '../ui/States'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** What was written down about a task, and a field for more. */
export function TaskComments({ task }: { task: TaskView }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  const [text, setText] = useKeptText(`task comment ${task.task_id}`, '')
  const target = { task_id: task.task_id, account: task.account_number }
  const write = useDo(desk.commentTask, () => setText(''))
  return (
    <Panel title={t('taskPage.comments')}>
      <div className={ui.stack}>
        {task.comments.length === 0 && <p className={ui.quiet}>{t('taskPage.noComments')}</p>}
        {task.comments.map((comment) => (
          <article key={comment.note_id}>
            <div className={ui.fine}>
              {comment.by} · {when(comment.at)} {comment.pending && <Pending />}
            </div>
            <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{comment.text}</p>
          </article>
        ))}
        {!task.final && (
          <Textarea
            label={t('taskDo.commentLabel')}
            rows={2}
            maxLength={10_000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <Trouble error={write.failure} />
        <div>
          <Gated
            kind="task.comment"
            action="task.comment"
            of={term('task', task.kind)}
            about={aboutOf(task)}
            args={target}
            variant="default"
            held={text.trim() === '' ? t('taskDo.commentEmpty') : undefined}
            onAct={() => {
              if (!write.busy) write.run({ ...target, text: text.trim() })
            }}
          >
            {t('taskDo.comment')}
          </Gated>
        </div>
      </div>
    </Panel>
  )
}
