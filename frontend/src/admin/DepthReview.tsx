import { useQuery } from '@tanstack/react-query'
import { desk } from '../api/desk'
import { useFormats } from '../i18n/formats'
import { useWords } from '../i18n/words'
import ui from '../ui/ui.module.css'
import { ReviewDialog, type Reviewed } from './ReviewDialog'

/** How many rows a change of the depth takes from the desks or brings to them, before it is made. */
export function DepthReview(of: Reviewed) {
  const { t } = useWords()
  const { number } = useFormats()
  const tried = useQuery({
    queryKey: ['policy', 'depth', of.changes],
    queryFn: () => desk.tryDepth(of.changes),
    gcTime: 0,
  })
  return (
    <ReviewDialog {...of} title={t('admin.depthTitle')} tried={tried}>
      {!tried.data && !tried.error && <p role="status">{t('admin.depthCounting')}</p>}
      {tried.data?.length === 0 && <p>{t('admin.depthNothing')}</p>}
      {tried.data && tried.data.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('admin.district')}</th>
              <th scope="col">{t('admin.depthLeaves')}</th>
              <th scope="col">{t('admin.depthComes')}</th>
              <th scope="col">{t('admin.tab.devices')}</th>
            </tr>
          </thead>
          <tbody>
            {tried.data.map((effect) => (
              <tr key={effect.district_id}>
                <th scope="row">{effect.district_id || t('admin.depthNowhere')}</th>
                <td>{number(effect.leaves)}</td>
                <td>{number(effect.comes)}</td>
                <td>{number(effect.desks)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={ui.quiet}>{t('admin.depthWhen')}</p>
    </ReviewDialog>
  )
}
