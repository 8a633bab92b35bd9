import { Button } from '@mantine/core'
import { useState } from 'react'
import { desk } from '../api/desk'
import { useDo } from '../api/queries'
import { useOffer } from '../frame/offers'
import { useWords } from '../i18n/words'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'

/** Writes everything that is not decided into a file: it must not be lost with the computer. */
export function ExportButton() {
  const { t } = useWords()
  const [count, setCount] = useState(-1)
  const write = useDo(async () => setCount(await desk.exportOutbox()))
  useOffer('exportOutbox', {
    run: () => write.run(undefined),
    held: write.busy ? t('held.busy') : undefined,
  })
  return (
    <div className={ui.stack}>
      <div className={ui.row}>
        <Button
          variant="default"
          aria-disabled={write.busy}
          data-disabled={write.busy || undefined}
          onClick={() => {
            if (!write.busy) write.run(undefined)
          }}
        >
          {t('attention.export')}
        </Button>
        <span role="status">{count >= 0 && t('attention.exported', { count })}</span>
      </div>
      <Trouble error={write.failure} />
    </div>
  )
}
