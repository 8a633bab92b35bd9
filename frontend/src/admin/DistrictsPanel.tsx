import { NumberInput } from '@mantine/core'
import type { PolicyBook } from '../api/admin'
import { useDistrictBoard } from '../api/queries'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import { Empty, Panel } from '../ui/Panel'
import { Trouble } from '../ui/Trouble'
import ui from '../ui/ui.module.css'
import css from './Admin.module.css'
import { DepthReview } from './DepthReview'
import { DraftBar, usePolicyDraft } from './draft'
import { usePolicyWords } from './words'

/** How far back desks keep what happened: keys of the policy. */
const depthKeys = ['replica.bills', 'replica.activity']

/** The districts with their size and who holds them, and how far back desks keep what happened there. */
export function DistrictsPanel({ book }: { book: PolicyBook }) {
  const { t } = useWords()
  const { number } = useFormats()
  const { data, error } = useDistrictBoard()
  const everywhere = data?.everywhere ?? []
  return (
    <>
      <Depth book={book} />
      <Trouble error={error} />
      {data && (
        <Panel title={t('admin.districtCount', { count: data.districts.length })} flush>
          {data.districts.length === 0 && (
            <Empty title={t('admin.districtNone')}>
              <p>{t('admin.districtNoneText')}</p>
            </Empty>
          )}
          {data.districts.length > 0 && (
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('admin.district')}</th>
                  <th scope="col">{t('admin.name')}</th>
                  <th scope="col">{t('admin.accounts')}</th>
                  <th scope="col">{t('admin.districtRows')}</th>
                  <th scope="col">{t('admin.districtStaff')}</th>
                  <th scope="col">{t('admin.tab.devices')}</th>
                </tr>
              </thead>
              <tbody>
                {data.districts.map((district) => (
                  <tr key={district.id}>
                    <th scope="row">{district.id}</th>
                    <td>{district.name}</td>
                    <td>{number(district.accounts)}</td>
                    <td>{number(district.rows)}</td>
                    <td>{district.staff.join(', ') || '—'}</td>
                    <td>{number(district.desks)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {everywhere.length > 0 && (
            <p className={css.under}>{t('admin.everywhere', { who: everywhere.join(', ') })}</p>
          )}
        </Panel>
      )}
    </>
  )
}

function Depth({ book }: { book: PolicyBook }) {
  const { t } = useWords()
  const { keyWords } = usePolicyWords()
  const draft = usePolicyDraft(book, 'depth')
  const keys = book.keys.filter(({ key }) => depthKeys.includes(key))
  return (
    <Panel title={t('admin.depth')}>
      <p className={ui.quiet}>{t('admin.depthText')}</p>
      <div className={css.fields}>
        {keys.map(({ key, default: standard, least, most }) => (
          <NumberInput
            key={key}
            label={keyWords(key)}
            description={t('admin.default', { value: standard })}
            placeholder={standard}
            value={draft.value(key)}
            min={least}
            max={most}
            allowDecimal={false}
            allowNegative={false}
            onChange={(value) => draft.choose(key, String(value))}
          />
        ))}
      </div>
      <DraftBar draft={draft} Review={DepthReview} saved={t('admin.depthSaved')} />
    </Panel>
  )
}
