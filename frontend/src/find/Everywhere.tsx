import { useState } from 'react'
import { useLocation } from 'wouter'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import type { Found } from '../api/search'
import { accountPlace } from '../frame/place'
import { useWords } from '../i18n/words'
import { Gated } from '../ui/Gated'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import { Results } from './Results'

/** Letters and digits enough to be an identifier, most of them digits. */
export function likeIdentifier(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').length
  return digits >= 5 && text.replaceAll(/[\s\-.]/g, '').length <= digits + 2
}

interface Asked {
  found: Found
  identifier: boolean
}

/** Who is not found on this computer, or not the one that was meant, the portal may find: in every district, unless the whole utility is on this computer, or by comparing a full identifier. It logs both. */
export function Everywhere({ text, whole }: { text: string; whole?: boolean }) {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const [asked, setAsked] = useState<Asked>()
  const search = useDo(
    (identifier: boolean) =>
      (identifier ? desk.findIdentifier(text) : desk.searchEverywhere(text)).then((found) => ({
        found,
        identifier,
      })),
    setAsked,
  )
  const open = useDo(
    (number: string) => desk.fetchAccount(number).then(() => number),
    (number) => navigate(accountPlace(number)),
  )
  const total = asked?.found.total ?? 0
  return (
    <div className={ui.stack}>
      <div className={`${ui.row} ${ui.centre}`}>
        {!whole && (
          <Gated
            kind="search.portal"
            args={{ text }}
            action="searchAll"
            variant="default"
            onAct={() => search.run(false)}
          >
            {t('everywhere.action')}
          </Gated>
        )}
        {likeIdentifier(text) && (
          <Gated
            kind="identifier.find"
            args={{}}
            action="findIdentifier"
            variant="default"
            onAct={() => search.run(true)}
          >
            {t('everywhere.identifier')}
          </Gated>
        )}
      </div>
      <p role="status" className={ui.quiet}>
        {search.busy && t('everywhere.busy')}
        {open.busy && t('everywhere.opening')}
        {!search.busy && !asked && t('ask.logged')}
        {!search.busy &&
          asked &&
          total === 0 &&
          t(asked.identifier ? 'everywhere.identifierNone' : 'everywhere.none')}
        {!search.busy && asked?.found.more && t('everywhere.more', { count: total })}
      </p>
      <Trouble error={search.failure ?? open.failure} />
      {asked && total > 0 && (
        <section aria-label={t('everywhere.title')} className={ui.left}>
          <div className={ui.stack}>
            <Results sections={asked.found.sections} onOpen={open.run} />
          </div>
        </section>
      )}
    </div>
  )
}
