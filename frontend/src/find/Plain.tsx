import { Anchor } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import frame from '../frame/Frame.module.css'
import { useLastSearch } from '../frame/lastSearch'
import { accountPlace } from '../frame/place'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

interface Props {
  title: string
  /** What it is, and why it has no console. */
  kind: string
  why: string
  children: ReactNode
}

/** A page of what has no account: a plain contact, a prospect, an empty place. */
export function Plain({ title, kind, why, children }: Props) {
  const { t } = useWords()
  const [lastSearch] = useLastSearch()
  return (
    <div className={frame.page}>
      <div className={ui.row}>
        <Link to={lastSearch} className={ui.state}>
          <IconArrowLeft size={16} aria-hidden />
          {t('account.back')}
        </Link>
        <Link to="/find">{t('find.all')}</Link>
      </div>
      <h1>{title}</h1>
      <p className={ui.quiet}>
        {kind} · {why}
      </p>
      {children}
    </div>
  )
}

/** An account's number, which leads to its console where this computer has it. */
export function AccountLink({ number, here }: { number: string; here: boolean }) {
  if (!here) return number
  return (
    <Anchor component={Link} to={accountPlace(number)}>
      {number}
    </Anchor>
  )
}
