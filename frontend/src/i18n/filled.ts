const placeholder = /{{(\w*)}}/g

/** A text of the utility with what its placeholders stand for; one that nobody fills in stays as it is. */
export function filled(text: string, params: Readonly<Record<string, string>>): string {
  return text.replaceAll(placeholder, (whole, name: string) => params[name] ?? whole)
}

/** Whether a text holds double braces around something that is not among the placeholders, or a part of such. */
export function stray(text: string, placeholders: readonly string[]): boolean {
  const rest = text.replaceAll(placeholder, (whole, name: string) =>
    placeholders.includes(name) ? '' : whole,
  )
  return rest.includes('{{') || rest.includes('}}')
}
