import { IconHeadset, IconServer, IconUser, type Icon } from '@tabler/icons-react'
import { useWords } from '../i18n/words'
import css from './ui.module.css'

const icons: Record<'customer' | 'csr' | 'system', Icon> = {
  customer: IconUser,
  csr: IconHeadset,
  system: IconServer,
}

/** Whether the customer, a CSR or the system did something, and who that was. */
export function Who({ kind, name }: { kind: 'customer' | 'csr' | 'system'; name?: string }) {
  const { t } = useWords()
  const Icon = icons[kind]
  return (
    <span className={css.state}>
      <Icon size={15} aria-hidden />
      {t(`by.${kind}`)}
      {name && <span className={css.quiet}>{name}</span>}
    </span>
  )
}
