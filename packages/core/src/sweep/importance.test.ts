import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importanceOf, type Measured, ranksOf } from './importance.ts'

/** Deterministic, spread over [0, 1): the additive recurrence of the golden ratio. */
const spread = (i: number, step: number): number => (i * step) % 1
const trials = (count: number, value: (a: number, b: number) => number): Measured[] =>
  Array.from({ length: count }, (_, i) => {
    const [a, b] = [spread(i, 0.618033988749895), spread(i, 0.754877666246693)]
    return { params: { a, b }, value: value(a, b) }
  })
const of = (measured: Measured[]) =>
  Object.fromEntries(importanceOf(measured).map((entry) => [entry.parameter, entry]))

describe('ranksOf', () => {
  it('shares ranks among equals', () => {
    expect(ranksOf([30, 10, 20, 10])).toEqual([4, 1.5, 3, 1.5])
  })

  it('adds up to n(n+1)/2', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const sum = ranksOf(values).reduce((total, rank) => total + rank, 0)
        expect(sum).toBe((values.length * (values.length + 1)) / 2)
      }),
    )
  })
})

describe('importanceOf', () => {
  it('finds a monotone effect and its direction', () => {
    const { a, b } = of(trials(100, (a) => -Math.exp(5 * a)))
    expect(a?.correlation).toBeCloseTo(-1)
    expect(a?.importance).toBeGreaterThan(0.95)
    expect(b?.importance).toBeLessThan(0.1)
  })

  it('finds nothing where all values are equal, and does not cut ties by the order of trials', () => {
    for (const { importance, correlation } of importanceOf(trials(60, () => 0.5)))
      expect([importance, correlation]).toEqual([0, null])
    // Half of the trials share the best value, and a says which.
    const tied = trials(100, (a) => (a < 0.5 ? 0 : 1))
    const reversed = [...tied].reverse()
    expect(of(tied).a?.importance).toBeGreaterThan(0.9)
    expect(of(reversed).a?.importance).toBeCloseTo(of(tied).a!.importance, 12)
  })

  it('finds an effect that has no direction', () => {
    const { a } = of(trials(200, (a) => (a - 0.5) ** 2))
    expect(Math.abs(a?.correlation ?? 1)).toBeLessThan(0.1)
    expect(a?.importance).toBeGreaterThan(0.8)
  })

  it('is not led astray by one trial that diverged', () => {
    const [first, ...rest] = trials(50, (a) => a)
    expect(of([{ ...first!, value: 1e9 }, ...rest]).a?.importance).toBeGreaterThan(0.7)
  })

  it('is not deceived by a search that went where it is good', () => {
    // Nine of ten trials have a near its best, where only b makes a difference.
    const measured = trials(400, (a) => a).map(({ params }, i) => {
      const [a, b] = [params.a as number, params.b as number]
      const near = i % 10 === 0 ? a : 0.5 + 0.02 * (a - 0.5)
      return { params: { a: near, b }, value: (near - 0.5) ** 2 + 0.1 * (b - 0.3) ** 2 }
    })
    const { a, b } = of(measured)
    expect(b!.importance).toBeGreaterThan(0.6)
    expect(a!.importance + b!.importance).toBeCloseTo(1, 12)
  })

  it('looks at the good end of the metric', () => {
    // Below the middle only a matters, above it only b.
    const measured = trials(400, (a, b) => Math.min(a, 0.2) + Math.max(b, 0.8))
    const low = Object.fromEntries(importanceOf(measured).map((one) => [one.parameter, one.importance]))
    const high = importanceOf(measured, 'maximize')
    expect(low.a).toBeGreaterThan(0.7)
    expect(high[0]!.parameter).toBe('b')
  })

  it('sees a parameter that exists in some trials only', () => {
    const measured = trials(300, (a) => a).map(({ params: { a, b } }, i) => ({
      params: i % 2 ? { kind: 'on', a: a! } : { kind: 'off', b: b! },
      value: i % 2 ? (a as number) : 0.9,
    }))
    const { a, b } = of(measured)
    expect(a!.correlation).toBeGreaterThan(0.95)
    expect(a!.importance).toBeGreaterThan(b!.importance)
  })

  it('weighs categories, without a direction', () => {
    const measured = trials(60, (a) => a).map((trial, i) => ({
      params: { name: ['x', 'y'][i % 2]!, on: i % 3 === 0, none: null },
      value: (i % 2) + trial.value / 100,
    }))
    const { name, on, none } = of(measured)
    expect(name).toMatchObject({ correlation: null })
    expect(name?.importance).toBeGreaterThan(0.6)
    expect(on?.importance).toBeLessThan(0.1)
    expect(none).toBeUndefined()
  })

  it('names nested parameters by their path', () => {
    const measured = trials(20, (a) => a).map((trial) => ({
      params: { opt: { lr: trial.value } },
      value: trial.value,
    }))
    expect(importanceOf(measured)).toMatchObject([{ parameter: 'opt.lr' }])
  })

  it('stays in its bounds, whatever the trials', () => {
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(1, 2, 'a', 'b', true, null))
    const measured = fc.array(
      fc.record({
        params: fc.dictionary(fc.constantFrom('p', 'q', 'r'), value),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      }),
    )
    fc.assert(
      fc.property(measured, (all) => {
        for (const { correlation, importance } of importanceOf(all)) {
          expect(importance).toBeGreaterThanOrEqual(0)
          expect(importance).toBeLessThanOrEqual(1)
          if (correlation !== null) expect(Math.abs(correlation)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
