export type Step = 'first' | 'last' | 1 | -1

/** Moves the focus among the results' links; upwards from the first one it returns to the box. */
export function moveAmong(list: HTMLElement | null, box: HTMLElement | null, step: Step): void {
  const links = [...(list?.querySelectorAll<HTMLElement>('a[href]') ?? [])]
  if (step === 'first' || step === 'last') {
    links.at(step === 'first' ? 0 : -1)?.focus()
    return
  }
  const at = links.findIndex((link) => link === document.activeElement) + step
  if (at < 0) box?.focus()
  else links[at]?.focus()
}
