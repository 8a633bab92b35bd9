import { Button } from '@mantine/core'
import { IconArrowLeft, IconRotate2 } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { longestNote } from '../account/note'
import { desk } from '../api/desk'
import { Failure } from '../api/failure'
import { useDo, useReceipt } from '../api/queries'
import type { Receipt } from '../api/tasks'
import frame from '../frame/Frame.module.css'
import { aboutOf, useActions, useOffer } from '../frame/offers'
import { accountPlace } from '../frame/place'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { TaskDialog } from '../tasks/TaskDialog'
import { TaskStatus } from '../tasks/TaskStatus'
import { Detail } from '../ui/Changes'
import { Gated } from '../ui/Gated'
import { useNotice } from '../ui/Notice'
import { Facts, Panel } from '../ui/Panel'
import { Pending } from '../ui/States'
import { Subject } from '../ui/Subject'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { appended, pageName, useReceiptWords } from './receiptWords'
import { Refused } from './Refused'

/** The receipt of a masquerade: who was whom and why, what was looked at, and what was changed, which can be undone. */
export default function ReceiptPage({ id }: { id: string }) {
  const { t } = useWords()
  const { data: receipt, error } = useReceipt(id)
  const back = () => window.history.back()
  useActions({ back: { run: back } })
  return (
    <div className={frame.page}>
      <div className={ui.row}>
        <button type="button" className={`${ui.link} ${ui.state}`} onClick={back}>
          <IconArrowLeft size={16} aria-hidden />
          {t('taskPage.back')}
        </button>
      </div>
      <Trouble error={error} />
      {receipt && <Shown receipt={receipt} />}
    </div>
  )
}

function Shown({ receipt }: { receipt: Receipt }) {
  const { t, term } = useWords()
  const { when, number } = useFormats()
  return (
    <>
      <h1>{t('receipt.title', { username: receipt.username || receipt.session_id })}</h1>
      <div className={ui.subject}>
        <Subject name={receipt.name || '—'} account={receipt.account_number} address={receipt.service_address} />
      </div>
      <Panel title={t('receipt.session')}>
        <div className={ui.stack}>
        <Facts
          facts={[
            [t('receipt.csr'), [receipt.csr_name, receipt.csr_id].filter(Boolean).join(' · ')],
            [t('masquerade.reason'), receipt.reason],
            [t('receipt.mode'), term('mode', receipt.mode)],
            [t('receipt.from'), when(receipt.granted_at)],
            [
              t('receipt.to'),
              receipt.ended_at > 0
                ? `${when(receipt.ended_at)} · ${term('ended', receipt.end_reason)}`
                : t('receipt.open'),
            ],
          ]}
        />
        <div className={ui.row}>
          <ToNote receipt={receipt} />
          <Link
            to={`${accountPlace(receipt.account_number, 'activity')}&session=${encodeURIComponent(receipt.session_id)}`}
          >
            {t('receipt.log')}
          </Link>
        </div>
        </div>
      </Panel>
      <Panel title={t('receipt.changed')}>
        {receipt.tasks.length === 0 && (
          <p className={ui.quiet}>{t(receipt.sent.length > 0 ? 'receipt.sentOnly' : 'receipt.nothingChanged')}</p>
        )}
        <div className={ui.stack}>
          {receipt.tasks.map((task) => (
            <Changed key={task.task_id} task={task} />
          ))}
        </div>
      </Panel>
      {receipt.sent.length > 0 && (
        <Panel title={t('receipt.sent')}>
          {receipt.tasks.length > 0 && <p className={ui.quiet}>{t('receipt.sentOnly')}</p>}
          <ul className={ui.changes}>
            {receipt.sent.map(({ method, path, at }, nth) => (
              <li key={nth}>
                {method} {path} <span className={ui.quiet}>{when(at)}</span>
              </li>
            ))}
          </ul>
          {receipt.sent_more > 0 && (
            <p className={ui.quiet}>{t('receipt.moreSent', { count: receipt.sent_more, shown: number(receipt.sent_more) })}</p>
          )}
        </Panel>
      )}
      <Refused receipt={receipt} />
      <Panel title={t('receipt.seen')}>
        {receipt.pages.length === 0 && <p className={ui.quiet}>{t('receipt.nothingSeen')}</p>}
        <ul className={ui.changes}>
          {receipt.pages.map(({ path, at }) => (
            <li key={path}>
              {pageName(path, t('receipt.first'))} <span className={ui.quiet}>{when(at)}</span>
            </li>
          ))}
        </ul>
        {receipt.pages_more > 0 && (
          <p className={ui.quiet}>{t('receipt.morePages', { count: receipt.pages_more, shown: number(receipt.pages_more) })}</p>
        )}
      </Panel>
    </>
  )
}

function Changed({ task }: { task: Receipt['tasks'][number] }) {
  const { t, term } = useWords()
  const { when } = useFormats()
  const [undoing, setUndoing] = useState(false)
  return (
    <article>
      <div className={ui.row}>
        <Link to={`/tasks/${encodeURIComponent(task.task_id)}`}>{term('task', task.kind)}</Link>
        <TaskStatus task={task} />
        {task.undone_at > 0 && (
          <span className={ui.state}>
            <IconRotate2 size={15} aria-hidden />
            {t('receipt.undone', { when: when(task.undone_at), csr: task.undone_by })}
          </span>
        )}
        <span className={ui.quiet}>
          {when(task.created_at)} · {t('account.number')} {task.account_number}
        </span>
        {task.pending && <Pending />}
        <Gated
          kind="task.undo"
          action="task.undo"
          of={`${term('task', task.kind)} · ${when(task.created_at)}`}
          about={aboutOf(task)}
          args={{ task_id: task.task_id, account: task.account_number }}
          variant="default"
          leftSection={<IconRotate2 size={16} aria-hidden />}
          onAct={() => setUndoing(true)}
        >
          {t('taskDo.undo')}
        </Gated>
      </div>
      {task.asked && <p className={ui.quiet}>{t('taskPage.asked')}</p>}
      <Detail detail={task.detail} />
      {undoing && <TaskDialog task={task} deed="undo" onClose={() => setUndoing(false)} />}
    </article>
  )
}

/** Adds what was seen and changed to the note that is being written about the account. */
function ToNote({ receipt }: { receipt: Receipt }) {
  const { t } = useWords()
  const { say } = useNotice()
  const client = useQueryClient()
  const account = receipt.account_number
  const words = useReceiptWords()(receipt)
  const add = useDo(
    async () => {
      const before = await desk.draft(account)
      const text = appended(before, words)
      if (text.length > longestNote) throw new Failure('field_too_long', { field: 'note', most: longestNote })
      await desk.saveDraft(account, text)
      client.setQueryData(['draft', account], text)
    },
    () => say(t('receipt.noted')),
  )
  useOffer('addToNote', {
    run: () => add.run(undefined),
    held: add.busy ? t('held.busy') : undefined,
    about: aboutOf(receipt),
  })
  return (
    <>
      <Button variant="default" loading={add.busy} onClick={() => add.run(undefined)}>
        {t('receipt.addNote')}
      </Button>
      <Trouble error={add.failure} />
    </>
  )
}
