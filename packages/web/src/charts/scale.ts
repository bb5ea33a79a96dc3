import { formatNumber } from '../model/format.ts'
import type { Column } from '../model/trial-table.ts'

/** Between values and places along an axis, 0 to 1. */
export interface Scale {
  /** NaN for a value that has no place (missing, or not above zero on a logarithmic axis). */
  at(value: number): number
  /** The value at a place. */
  value(place: number): number
  readonly ticks: readonly Tick[]
}

export interface Tick {
  readonly value: number
  readonly text: string
}

export interface Domain {
  readonly min: number
  readonly max: number
}

/** `many`: about how many ticks there is room for. */
export function numberScale({ min, max }: Domain, log: boolean, many: number, whole = false): Scale {
  if (log && min > 0) {
    const [from, to] = wide(Math.log(min), Math.log(max))
    return {
      at: (value) => (value > 0 ? (Math.log(value) - from) / (to - from) : Number.NaN),
      value: (place) => Math.exp(from + place * (to - from)),
      ticks: ticksOf(logTicks(Math.exp(from), Math.exp(to), many)),
    }
  }
  const [from, to] = wide(min, max)
  return {
    at: (value) => (value - from) / (to - from),
    value: (place) => from + place * (to - from),
    ticks: ticksOf(linearTicks(from, to, many).filter((tick) => !whole || Number.isInteger(tick))),
  }
}

/** The scale of a column; a category's values lie at even distances, half a distance from the ends. */
export function columnScale(column: Column, many: number): Scale {
  if (column.kind === 'category') {
    const count = Math.max(1, column.labels.length)
    return {
      at: (value) => (value + 0.5) / count,
      value: (place) => place * count - 0.5,
      ticks: column.labels.map((text, value) => ({ value, text })),
    }
  }
  const scale = numberScale(column, column.log, many)
  const { steps } = column
  return steps && steps.length <= 12 ? { ...scale, ticks: ticksOf(steps) } : scale
}

const ticksOf = (values: readonly number[]): Tick[] =>
  values.map((value) => ({ value, text: formatNumber(value, 6) }))

/** A single value, or several that rounding alone tells apart, gets some room around it. */
function wide(min: number, max: number): [number, number] {
  if (max - min > 1e-300 && max - min > 1e-9 * Math.max(Math.abs(min), Math.abs(max))) return [min, max]
  const room = Math.abs(min) > 1e-280 ? Math.abs(min) * 0.05 : 0.5
  return [min - room, max + room]
}

/** Multiples of 1, 2 or 5 times a power of ten, within the ends. */
export function linearTicks(min: number, max: number, many: number): number[] {
  const rough = (max - min) / Math.max(1, many)
  const power = 10 ** Math.floor(Math.log10(rough))
  // A few more ticks than asked for read better than one alone.
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.7) ?? 10)
  const first = Math.ceil(min / step - 1e-9)
  const last = Math.floor(max / step + 1e-9)
  // By multiplication and rounding, so that 0.3 does not become 0.30000000000000004.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(15)),
  )
}

/** Powers of ten, fewer when they are many, with their halves or with 2 and 5 when they are few. */
export function logTicks(min: number, max: number, many: number): number[] {
  const from = Math.floor(Math.log10(min) + 1e-9)
  const to = Math.ceil(Math.log10(max) - 1e-9)
  const decades = Math.log10(max / min)
  if (decades < 1) return linearTicks(min, max, many)
  const every = Math.max(1, Math.ceil(decades / many))
  const factors = decades * 3 <= many ? [1, 2, 5] : decades * 2 <= many ? [1, 3] : [1]
  const ticksFrom = (first: number): number[] => {
    const ticks: number[] = []
    for (let exponent = first; exponent <= to; exponent += every)
      for (const factor of factors) {
        const value = Number(`${factor}e${exponent}`)
        if (value >= min * 0.999_999 && value <= max * 1.000_001) ticks.push(value)
      }
    return ticks
  }
  // Where powers are left out, those are shown of which the most fit.
  return Array.from({ length: every }, (_, skipped) => ticksFrom(from + skipped)).reduce((most, ticks) =>
    ticks.length > most.length ? ticks : most,
  )
}
