import { IconShieldCheck, IconShieldHalf, IconShieldOff } from '@tabler/icons-react'
import { mostVerified, type OpenContact } from '../api/contacts'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'

/** How far the caller is verified: an icon and words, never a colour alone. */
export function Level({ contact }: { contact: Pick<OpenContact, 'verified_level' | 'verified_by'> }) {
  const { t } = useWords()
  const level = contact.verified_level
  if (level === 0) {
    return (
      <span className={`${ui.state} ${ui.warn}`}>
        <IconShieldOff size={16} aria-hidden />
        {t('verify.none')}
      </span>
    )
  }
  const byHand = contact.verified_by === 'override'
  const Icon = byHand ? IconShieldHalf : IconShieldCheck
  return (
    <span className={`${ui.state} ${byHand ? ui.warn : ui.good}`}>
      <Icon size={16} aria-hidden />
      {t(byHand ? 'verify.overridden' : 'verify.level', { level, most: mostVerified })}
    </span>
  )
}
