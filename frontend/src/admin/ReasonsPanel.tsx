import { Button, Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { CatalogueReason } from '../api/admin'
import { desk } from '../api/desk'
import { useDo, useWhy } from '../api/queries'
import { useWords } from '../i18n/words'
import { CsvButton } from '../ui/CsvButton'
import { Dialog } from '../ui/Dialog'
import { useKeptForm } from '../ui/kept'
import { useNotice } from '../ui/Notice'
import { Empty, Panel } from '../ui/Panel'
import ui from '../ui/ui.module.css'

const fresh: CatalogueReason = {
  sort: 'contact',
  reason_id: '',
  rank: 100,
  text_en: '',
  text_es: '',
  retired: false,
}

/** Why customers call and how contacts end, in both languages. Entries are retired, never deleted. */
export function ReasonsPanel({ reasons }: { reasons: readonly CatalogueReason[] }) {
  const { t, term } = useWords()
  const [editing, setEditing] = useState<CatalogueReason>()
  return (
    <Panel
      title={t('admin.tab.reasons')}
      aside={
        <span className={ui.row}>
          <CsvButton table={{ name: 'reasons' }} what={t('admin.tab.reasons')} />
          <Button onClick={() => setEditing(fresh)}>{t('admin.reasonAdd')}</Button>
        </span>
      }
      flush
    >
      {reasons.length === 0 && (
        <Empty title={t('admin.reasonNone')}>
          <p>{t('admin.reasonNoneText')}</p>
        </Empty>
      )}
      {reasons.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('admin.reasonSort')}</th>
              <th scope="col">{t('admin.id')}</th>
              <th scope="col">{t('language.en')}</th>
              <th scope="col">{t('language.es')}</th>
              <th scope="col">{t('admin.retired')}</th>
              <th scope="col">{t('admin.actions')}</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map((reason) => (
              <tr key={`${reason.sort} ${reason.reason_id}`}>
                <td>{term('reasonSort', reason.sort)}</td>
                <th scope="row">{reason.reason_id}</th>
                <td>{reason.text_en}</td>
                <td lang="es">{reason.text_es}</td>
                <td>{t(reason.retired ? 'yes' : 'no')}</td>
                <td>
                  <Button
                    variant="default"
                    aria-label={t('action.named', { action: t('admin.change'), username: reason.text_en })}
                    onClick={() => setEditing(reason)}
                  >
                    {t('admin.change')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {editing && <ReasonDialog reason={editing} onClose={() => setEditing(undefined)} />}
    </Panel>
  )
}

function ReasonDialog({ reason, onClose }: { reason: CatalogueReason; onClose: () => void }) {
  const { t, sentence } = useWords()
  const { say } = useNotice()
  const form = useKeptForm(`reason ${reason.sort} ${reason.reason_id}`, reason)
  const draft = form.values
  const why = useWhy('reason.change', {}).data
  const save = useDo(desk.changeReason, () => {
    form.drop()
    say(t('admin.reasonSaved'))
    onClose()
  })
  const { set } = form
  const isNew = reason.reason_id === ''
  return (
    <Dialog
      title={t(isNew ? 'admin.reasonAdd' : 'admin.reasonChange')}
      subject={<strong>{isNew ? t('admin.reasonNew') : reason.text_en}</strong>}
      yes={t('admin.save')}
      no={t('cancel')}
      ready={
        draft.reason_id !== '' &&
        draft.text_en.trim() !== '' &&
        draft.text_es.trim() !== '' &&
        why?.allowed === true
      }
      held={why && !why.allowed ? sentence(why) : undefined}
      busy={save.busy}
      error={save.failure}
      form={form}
      onYes={() => save.run(draft)}
      onClose={onClose}
    >
      {isNew && (
        <>
          <NativeSelect
            data-autofocus
            label={t('admin.reasonSort')}
            value={draft.sort}
            data={['contact', 'wrap_up'].map((sort) => ({
              value: sort,
              label: t(sort === 'contact' ? 'reasonSort.contact' : 'reasonSort.wrap_up'),
            }))}
            onChange={(event) => set({ sort: event.currentTarget.value })}
          />
          <TextInput
            label={t('admin.id')}
            description={t('admin.reasonIdText')}
            value={draft.reason_id}
            spellCheck={false}
            onChange={(event) => set({ reason_id: event.currentTarget.value })}
          />
        </>
      )}
      <TextInput
        data-autofocus
        label={t('language.en')}
        value={draft.text_en}
        onChange={(event) => set({ text_en: event.currentTarget.value })}
      />
      <TextInput
        label={t('language.es')}
        lang="es"
        value={draft.text_es}
        onChange={(event) => set({ text_es: event.currentTarget.value })}
      />
      <NumberInput
        label={t('admin.rank')}
        value={draft.rank}
        onChange={(rank) => set({ rank: Number(rank) || 0 })}
      />
      <Checkbox
        label={t('admin.retired')}
        checked={draft.retired}
        onChange={(event) => set({ retired: event.currentTarget.checked })}
      />
      {why && !why.allowed && <p className={ui.warn}>{sentence(why)}</p>}
    </Dialog>
  )
}
