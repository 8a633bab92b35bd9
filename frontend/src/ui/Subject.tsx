import { useWords } from '../i18n/words'

interface Props {
  name: string
  account: string
  address: string
}

/** The person, the account and the service address that something is about. */
export function Subject({ name, account, address }: Props) {
  const { t } = useWords()
  return (
    <>
      <strong>{name}</strong>
      <div>
        {t('account.number')} {account}
      </div>
      <div>{address}</div>
    </>
  )
}
