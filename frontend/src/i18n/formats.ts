import { useMemo } from 'react'
import { usePolicy } from '../api/queries'
import { useWords } from './words'

export function formatsIn(language: string, timeZone: string, currency: string) {
  const money = new Intl.NumberFormat(language, { style: 'currency', currency })
  const number = new Intl.NumberFormat(language)
  // What a unit costs is often a part of a cent.
  const price = new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 4 })
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  const size = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'megabyte',
    maximumFractionDigits: 1,
  })
  const instant = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone })
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone })
  // A civil date has no zone: it is read and written as UTC, so that no clock moves it.
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  return {
    /** Money from cents. */
    money: (cents: number) => money.format(cents / 100),
    /** What a unit costs, from hundredths of a cent. */
    price: (hundredths: number) => price.format(hundredths / 10_000),
    /** A part of one. */
    percent: (part: number) => percent.format(part),
    number: (value: number) => number.format(value),
    /** How much data, from bytes. */
    size: (bytes: number) => size.format(bytes / 1e6),
    /** An instant, in the utility's time zone. */
    when: (at: number) => instant.format(at),
    /** Only the time of day of an instant. */
    clock: (at: number) => clock.format(at),
    /** A civil date, such as a due date. Empty when there is none. */
    date: (civil: string) => {
      const at = Date.parse(`${civil}T00:00:00Z`)
      return Number.isNaN(at) ? civil : date.format(at)
    },
  }
}
export type Formats = ReturnType<typeof formatsIn>

/** Dates in the utility's time zone and money in its currency, in the chosen language. */
export function useFormats(): Formats {
  const { language } = useWords()
  const policy = usePolicy(language).data
  const timezone = policy?.timezone ?? 'UTC'
  const currency = policy?.currency ?? 'USD'
  return useMemo(() => formatsIn(language, timezone, currency), [language, timezone, currency])
}

/** A North American number as people read it; anything else as it is. */
export function phone(digits: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(digits)
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : digits
}
