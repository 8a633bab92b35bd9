/** Whether keys go into a field where the focus is. */
export function isField(at: EventTarget | null): boolean {
  return (
    at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement
  )
}
