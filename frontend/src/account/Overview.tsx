import type { AccountView } from '../api/account'
import { LastContacts } from '../contact/LastContacts'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { TaskItem } from '../tasks/TaskItem'
import { Empty, Facts, Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'
import { Insights } from '../usage/Insights'
import css from './Account.module.css'
import { CurrentBill } from './CurrentBill'

const newest = 6

interface Props {
  view: AccountView
  onTab: (tab: string) => void
}

/** What a call is usually about, on one page. */
export function Overview({ view, onTab }: Props) {
  const { t, term } = useWords()
  const { money, date, when } = useFormats()
  const { account } = view
  const due = view.bills[0]?.due_on
  return (
    <div className={css.grid}>
      <div className={ui.stack}>
        <Panel title={t('overview.balance')}>
          <div className={ui.stack}>
            <div className={css.big}>{money(account.balance_cents)}</div>
            <Facts
              facts={[
                [t('bill.due'), due ? date(due) : ''],
                [t('preference.autopay'), t(account.autopay ? 'on' : 'off')],
                [t('preference.paperless'), t(account.paperless ? 'on' : 'off')],
                [t('account.nickname'), account.nickname],
              ]}
            />
          </div>
        </Panel>
        <Insights insights={view.insights} onTab={onTab} />
        <Panel
          title={t('overview.tasks', { count: view.open_tasks })}
          flush
          aside={
            <button type="button" className={ui.link} onClick={() => onTab('tasks')}>
              {t('overview.all')}
            </button>
          }
        >
          {view.open_tasks === 0 && <Empty title={t('tasks.noneOpen')} />}
          <ul className={css.items}>
            {view.tasks.slice(0, newest).map((task) => (
              <TaskItem key={task.task_id} task={task} inAccount />
            ))}
          </ul>
        </Panel>
      </div>
      <div className={ui.stack}>
        <LastContacts number={account.account_number} />
        <CurrentBill bills={view.bills} />
        <Panel
          title={t('overview.activity')}
          flush
          aside={
            <button type="button" className={ui.link} onClick={() => onTab('activity')}>
              {t('overview.all')}
            </button>
          }
        >
          {view.activity.length === 0 && <Empty title={t('activity.none')} />}
          <ul className={css.items}>
            {view.activity.slice(0, newest).map((row) => (
              <li key={row.activity_id}>
                <span>{term('activity', row.kind)}</span>
                <span className={css.small}>{row.actor}</span>
                <span className={css.small}>{when(row.at)}</span>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  )
}
