/** The parts of an instant on the clocks of a zone, as one number of milliseconds that reads as if it were UTC. */
function wall(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
}

/** The instant at which the clocks of a zone show a day and a time, or nothing where either is not given. */
export function instantIn(zone: string, day: string, time: string): number | undefined {
  const meant = Date.parse(`${day}T${time}:00Z`)
  if (Number.isNaN(meant)) return undefined
  // The zone's distance from UTC may change in between: the second look uses the one of that day.
  const near = meant - (wall(zone, meant) - meant)
  return near - (wall(zone, near) - meant)
}

/** The day after this one in a zone, as a date field has it. */
export function tomorrowIn(zone: string, now: number): string {
  return new Date(wall(zone, now) + 86_400_000).toISOString().slice(0, 10)
}
