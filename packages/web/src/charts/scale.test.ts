import fc from 'fast-check'
import { expect, it } from 'vitest'
import { columnScale, distinctEnds, logTicks, numberScale } from './scale.ts'

it('has ticks at round numbers', () => {
  expect(numberScale({ min: 0, max: 1 }, false, 5).ticks.map(({ value }) => value)).toEqual([
    0, 0.2, 0.4, 0.6, 0.8, 1,
  ])
  expect(numberScale({ min: 0.12, max: 0.94 }, false, 4).ticks.map(({ value }) => value)).toEqual([
    0.2, 0.4, 0.6, 0.8,
  ])
  expect(logTicks(0.0001, 0.1, 4)).toEqual([0.0001, 0.001, 0.01, 0.1])
  expect(logTicks(1, 100, 8)).toEqual([1, 2, 5, 10, 20, 50, 100])
  expect(logTicks(1e-12, 1e12, 6)).toHaveLength(7)
  expect(logTicks(0.00011, 0.99, 3)).toEqual([0.001, 0.1])
})

it('inverts positions on linear and log scales', () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(
      positive,
      positive,
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b, log, place) => {
        const scale = numberScale({ min: Math.min(a, b), max: Math.max(a, b) }, log, 5)
        expect(scale.at(scale.value(place))).toBeCloseTo(place, 6)
      },
    ),
  )
})

it('has every tick within the axis', () => {
  const edge = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(edge, edge, fc.integer({ min: 2, max: 10 }), (a, b, many) => {
      const scale = numberScale({ min: Math.min(a, b), max: Math.max(a, b) }, false, many)
      for (const { value } of scale.ticks) {
        expect(scale.at(value)).toBeGreaterThan(-0.001)
        expect(scale.at(value)).toBeLessThan(1.001)
      }
      expect(scale.ticks.length).toBeLessThanOrEqual(1.5 * many + 2)
    }),
  )
})

it('centers a single value', () => {
  expect(numberScale({ min: 3, max: 3 }, false, 5).at(3)).toBeCloseTo(0.5)
  expect(numberScale({ min: 3, max: 3 }, true, 5).at(3)).toBeCloseTo(0.5)
})

it('spaces categories evenly', () => {
  const base = {
    key: 'k',
    name: 'k',
    kind: 'category',
    log: false,
    values: new Float64Array(),
    min: 0,
    max: 1,
    steps: undefined,
  } as const
  const scale = columnScale({ ...base, labels: ['a', 'b'], constant: false }, 5)
  expect([scale.at(0), scale.at(1)]).toEqual([0.25, 0.75])
  expect(scale.ticks.map(({ text }) => text)).toEqual(['a', 'b'])
})

it('is NaN for zero on a log scale', () => {
  expect(numberScale({ min: 1, max: 10 }, true, 5).at(0)).toBeNaN()
})

it.each([
  [
    ['s3://bucket/some/data-v1.parquet', 's3://bucket/some/data-v2.parquet'],
    ['…v1.parquet', '…v2.parquet'],
  ],
  [
    ['resnet18', 'resnet50'],
    ['resnet18', 'resnet50'],
  ],
  [['one'], ['one']],
])('shows where the labels %j differ', (labels, shown) => {
  expect(distinctEnds(labels)).toEqual(shown)
})
