import { expect, it } from 'vitest'
import { isolines, kernelRegression } from './kernel-regression.ts'

const grid = Array.from({ length: 400 }, (_, i) => ({ x: (i % 20) / 19, y: Math.floor(i / 20) / 19 }))

it('recovers a slope', () => {
  const land = kernelRegression(
    grid.map(({ x, y }) => ({ x, y, value: x })),
    20,
    20,
  )
  const row = [...land.values.slice(200, 220)]
  expect(row).toEqual([...row].sort((a, b) => a - b))
  expect(row[10]).toBeCloseTo(0.525, 1)
})

it('is NaN far from every point', () => {
  const land = kernelRegression([{ x: 0.1, y: 0.1, value: 1 }], 10, 10)
  expect(land.values[0]).toBe(1)
  expect(land.values[99]).toBeNaN()
})

it('returns the isoline where the values cross the level', () => {
  const land = kernelRegression(
    grid.map(({ x, y }) => ({ x, y, value: x })),
    20,
    20,
  )
  const lines = isolines(land, 0.5)
  expect(lines).toHaveLength(19)
  for (const [x1, , x2] of lines) expect([x1, x2].every((x) => Math.abs(x! - 0.5) < 0.05)).toBe(true)
  expect(isolines(land, 7)).toEqual([])
})
