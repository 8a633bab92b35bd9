import type { ReactNode } from 'react'
import { useWords } from '../i18n/words'
import { Empty } from '../ui/Panel'

/** In place of an account that the utility shows only for a caller who is verified. */
export function VerifyFirst({ level, children }: { level: number; children?: ReactNode }) {
  const { t } = useWords()
  return (
    <Empty title={t('verify.first')}>
      <p>{t('verify.firstText', { level })}</p>
      {children}
    </Empty>
  )
}
