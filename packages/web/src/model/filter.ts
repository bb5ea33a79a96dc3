import type { RunBody } from '@chimney/core/schema/api/runs'
import { columnOf, type TrialTable } from './trial-table.ts'

/** Inclusive, in the units of the column; indices for a category. */
export type Range = readonly [low: number, high: number]

/** The filter of the sweep page. */
export interface Filter {
  /** By column key. */
  readonly ranges: ReadonlyMap<string, Range>
  /** Empty means all. */
  readonly states: ReadonlySet<RunBody['state']>
}

export const NO_FILTER: Filter = { ranges: new Map(), states: new Set() }

export const isFiltering = ({ ranges, states }: Filter): boolean => ranges.size > 0 || states.size > 0

/** 1 for each row that passes. A row without a value fails any range of that column. */
export function maskOf(table: TrialTable, { ranges, states }: Filter): Uint8Array {
  const mask = new Uint8Array(table.trials.length).fill(1)
  for (const [key, [low, high]] of ranges) {
    const values = columnOf(table, key)?.values
    if (!values) continue
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!
      if (!(value >= low && value <= high)) mask[row] = 0
    }
  }
  if (states.size > 0)
    for (const [row, { state }] of table.trials.entries()) if (!states.has(state)) mask[row] = 0
  return mask
}

export const withRange = (filter: Filter, key: string, range: Range | undefined): Filter => {
  const ranges = new Map(filter.ranges)
  if (range) ranges.set(key, range)
  else ranges.delete(key)
  return { ...filter, ranges }
}

export const withState = (filter: Filter, state: RunBody['state'], on: boolean): Filter => {
  const states = new Set(filter.states)
  if (on) states.add(state)
  else states.delete(state)
  return { ...filter, states }
}

/** Query parameter `filter`: `param:lr~0.001~0.01,state:finished`; empty without filters. */
export function filterText({ ranges, states }: Filter): string {
  const parts = [...ranges].map(
    ([key, [low, high]]) =>
      `${encodeURIComponent(key).replaceAll('~', '%7E').replace('%3A', ':')}~${short(low, -1)}~${short(high, 1)}`,
  )
  return [...parts, ...[...states].map((state) => `state:${state}`)].join(',')
}

/** Six significant digits, rounded outwards: the ends of an axis are values of trials and must stay in the range. */
function short(value: number, outwards: -1 | 1): string {
  const near = Number(value.toPrecision(6))
  if (value === 0 || outwards * (near - value) >= 0) return String(near)
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 5)
  return String(Number((near + outwards * step).toPrecision(6)))
}

/** Parses {@link filterText}; ignores invalid parts. */
export function parseFilter(text: string): Filter {
  const ranges = new Map<string, Range>()
  const states = new Set<RunBody['state']>()
  for (const part of text.split(',')) {
    const [name = '', low, high] = part.split('~')
    if (name.startsWith('state:')) states.add(name.slice('state:'.length) as RunBody['state'])
    const range = [Number(low), Number(high)] as const
    if (low && high && range.every(Number.isFinite)) {
      try {
        ranges.set(decodeURIComponent(name), range)
      } catch {
        // Malformed percent-encoding in an edited URL.
      }
    }
  }
  return { ranges, states }
}
