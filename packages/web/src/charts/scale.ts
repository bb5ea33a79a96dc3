import { ticks } from 'd3-array'
import { scaleLinear, scaleLog } from 'd3-scale'
import { formatNumber } from '../model/format.ts'
import type { Column } from '../model/trial-table.ts'

/** Maps values to positions on an axis, 0 to 1. */
export interface Scale {
  /** Position of a value; NaN for missing values, and for values ≤ 0 on a log scale. */
  at(value: number): number
  /** Inverse of `at`. */
  value(position: number): number
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

/** `count`: approximate number of ticks. */
export function numberScale({ min, max }: Domain, log: boolean, count: number, integer = false): Scale {
  if (log && min > 0) {
    const [from, to] = padded(Math.log(min), Math.log(max)).map(Math.exp) as [number, number]
    const scale = scaleLog([from, to], [0, 1])
    return {
      at: (value) => (value > 0 ? scale(value) : Number.NaN),
      value: scale.invert,
      ticks: ticksOf(logTicks(from, to, count)),
    }
  }
  const domain = padded(min, max)
  const scale = scaleLinear(domain, [0, 1])
  return {
    at: (value) => scale(value),
    value: scale.invert,
    ticks: ticksOf(ticks(...domain, count).filter((tick) => !integer || Number.isInteger(tick))),
  }
}

/** The scale of a column; categories are centered in bands of equal width. */
export function columnScale(column: Column, count: number): Scale {
  if (column.kind === 'category') {
    const bands = Math.max(1, column.labels.length)
    return {
      at: (value) => (value + 0.5) / bands,
      value: (position) => position * bands - 0.5,
      ticks: distinctEnds(column.labels).map((text, value) => ({ value, text })),
    }
  }
  const scale = numberScale(column, column.log, count, column.key === 'number')
  const { steps } = column
  return steps && steps.length <= 12 ? { ...scale, ticks: ticksOf(steps) } : scale
}

/** Shorter prefixes are kept: `resnet18`, `resnet50` read well. */
const MIN_PREFIX = 10

/** Labels without their common beginning, such as the bucket of paths, so that what differs is not cut off. */
export function distinctEnds(labels: readonly string[]): readonly string[] {
  const [first = '', ...rest] = labels
  if (rest.length === 0) return labels
  let length = 0
  while (length < first.length && rest.every((label) => label[length] === first[length])) length++
  // Up to a separator, so that words stay whole.
  const start =
    Math.max(...['/', '-', '_', '.', ':', ' '].map((sign) => first.lastIndexOf(sign, length - 1))) + 1
  return length < MIN_PREFIX || start < MIN_PREFIX ? labels : labels.map((label) => `…${label.slice(start)}`)
}

const ticksOf = (values: readonly number[]): Tick[] =>
  values.map((value) => ({ value, text: formatNumber(value, 6) }))

/** Pads an empty domain, or one within rounding error. */
function padded(min: number, max: number): [number, number] {
  if (max - min > 1e-300 && max - min > 1e-9 * Math.max(Math.abs(min), Math.abs(max))) return [min, max]
  const padding = Math.abs(min) > 1e-280 ? Math.abs(min) * 0.05 : 0.5
  return [min - padding, max + padding]
}

/**
 * Powers of ten; every n-th when there are many, with multiples of 3 or of 2 and 5 when there are few. d3's log ticks include all
 * multiples from 1 to 9, of which labels would overlap.
 */
export function logTicks(min: number, max: number, count: number): number[] {
  const from = Math.floor(Math.log10(min) + 1e-9)
  const to = Math.ceil(Math.log10(max) - 1e-9)
  const decades = Math.log10(max / min)
  if (decades < 1) return ticks(min, max, count)
  const every = Math.max(1, Math.ceil(decades / count))
  const factors = decades * 3 <= count ? [1, 2, 5] : decades * 2 <= count ? [1, 3] : [1]
  const ticksFrom = (first: number): number[] => {
    const found: number[] = []
    for (let exponent = first; exponent <= to; exponent += every)
      for (const factor of factors) {
        const value = Number(`${factor}e${exponent}`)
        if (value >= min * 0.999_999 && value <= max * 1.000_001) found.push(value)
      }
    return found
  }
  // With every n-th power, takes the offset with the most ticks.
  return Array.from({ length: every }, (_, skipped) => ticksFrom(from + skipped)).reduce((most, each) =>
    each.length > most.length ? each : most,
  )
}
