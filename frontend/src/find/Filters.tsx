import { Checkbox, NativeSelect } from '@mantine/core'
import { useDistricts } from '../api/queries'
import { statusBoxes, type StatusBox } from '../api/search'
import { useWords } from '../i18n/words'
import css from './Find.module.css'

interface Props {
  district: string
  status: readonly StatusBox[]
  onDistrict: (district: string) => void
  onStatus: (status: readonly StatusBox[]) => void
}

/** District, and the four portal statuses: a ticked one is included. */
export function Filters({ district, status, onDistrict, onStatus }: Props) {
  const { t } = useWords()
  const districts = useDistricts().data ?? []
  const toggle = (box: StatusBox) =>
    onStatus(status.includes(box) ? status.filter((other) => other !== box) : [...status, box])
  return (
    <div className={css.filters}>
      <NativeSelect
        aria-label={t('find.district')}
        value={district}
        data={[
          { value: '', label: t('find.allDistricts') },
          ...districts.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(event) => onDistrict(event.currentTarget.value)}
      />
      <div role="group" aria-label={t('find.status')} className={css.boxes}>
        {statusBoxes.map((box) => (
          <Checkbox
            key={box}
            label={t(`status.${box}`)}
            checked={status.includes(box)}
            onChange={() => toggle(box)}
          />
        ))}
      </div>
    </div>
  )
}
