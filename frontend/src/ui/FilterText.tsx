import { TextInput } from '@mantine/core'
import { useState } from 'react'

interface Props {
  label: string
  value: string
  placeholder?: string
  onChange: (value: string) => void
}

/** A filter that is typed: it takes effect with Enter, or when the field is left. What it is elsewhere set to replaces what was typed. */
export function FilterText(props: Props) {
  return <Field key={props.value} {...props} />
}

function Field({ label, value, placeholder, onChange }: Props) {
  const [typed, setTyped] = useState(value)
  const commit = () => {
    if (typed.trim() !== value) onChange(typed.trim())
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        commit()
      }}
    >
      <TextInput
        label={label}
        placeholder={placeholder ?? ''}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
      />
    </form>
  )
}
