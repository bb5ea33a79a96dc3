import type { TrialBody } from '@chimney/core/schema/api/trials'
import { expect, it } from 'vitest'
import { trialTable } from '../model/trial-table.ts'
import {
  layoutAxes,
  lineYs,
  minWidthFor,
  nearestRow,
  rangeBetween,
  rowsByColor,
  yOf,
  yRange,
} from './parallel-coordinates-layout.ts'

const trials = [
  { number: 1, params: { lr: 0, opt: 'a' }, value: 0 },
  { number: 2, params: { lr: 1, opt: 'b' }, value: 1 },
  { number: 3, params: { lr: 0.5 } },
] as unknown as TrialBody[]
const table = trialTable(undefined, trials)
const axes = layoutAxes(table.params, 400, 264)

it('puts low values at the bottom, and missing values below', () => {
  const [lr, opt] = axes
  expect(yOf(lr!, 0)).toBe(lr!.bottom)
  expect(yOf(lr!, 1)).toBe(lr!.top)
  expect(yOf(opt!, Number.NaN)).toBeGreaterThan(opt!.bottom)
})

it('fits seven axes on a phone, with touch distance and without overlapping names', () => {
  const columns = Array.from({ length: 6 }, () => table.params[0]!).concat(table.value)
  expect(minWidthFor(7)).toBeLessThanOrEqual(332)
  const narrow = layoutAxes(columns, minWidthFor(7), 264)
  for (const [i, axis] of narrow.entries()) {
    expect(axis.x + axis.maxNameWidth / 2).toBeLessThanOrEqual(minWidthFor(7))
    const neighbor = narrow.slice(i + 1).find(({ nameY }) => nameY === axis.nameY)
    if (neighbor)
      expect(axis.x + axis.maxNameWidth / 2).toBeLessThanOrEqual(neighbor.x - neighbor.maxNameWidth / 2)
  }
})

it('reads a range from two y positions in either order; whole labels of a category', () => {
  const [lr, opt] = axes
  const middle = (lr!.top + lr!.bottom) / 2
  expect(rangeBetween(lr!, lr!.top, middle)).toEqual([0.5, 1])
  expect(rangeBetween(lr!, middle, lr!.top)).toEqual([0.5, 1])
  expect(rangeBetween(opt!, opt!.top, middle)).toEqual([1, 1])
  const [top, bottom] = yRange(opt!, [1, 1])
  expect(rangeBetween(opt!, top, bottom)).toEqual([1, 1])
})

it('finds the nearest line among the filtered ones', () => {
  const ys = lineYs(axes, 3)
  const all = new Uint8Array(3).fill(1)
  const x = axes[0]!.x
  expect(nearestRow({ axes, ys }, all, x, axes[0]!.top + 3)).toBe(1)
  expect(nearestRow({ axes, ys }, Uint8Array.of(1, 0, 1), x, axes[0]!.top + 3)).toBeUndefined()
  expect(nearestRow({ axes, ys }, all, x, axes[0]!.bottom - 3)).toBe(0)
})

it('groups lines by color, and subsamples without dropping the best', () => {
  const many = trialTable(
    undefined,
    Array.from({ length: 1000 }, (_, i) => ({ number: i + 1, params: {}, value: i }) as unknown as TrialBody),
  )
  const all = new Uint8Array(1000).fill(1)
  expect(rowsByColor(many.quality, all, 24, 10_000).rows.flat()).toHaveLength(1000)
  const few = rowsByColor(many.quality, all, 24, 100).rows
  expect(few.flat().length).toBeLessThan(130)
  expect(few[23]).toContain(0)
  expect(rowsByColor(table.quality, new Uint8Array(3).fill(1), 24, 10).unvalued).toEqual([2])
})
