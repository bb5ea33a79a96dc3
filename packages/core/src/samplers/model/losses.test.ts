import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { warpLosses } from './losses.ts'
import type { Sample } from './sample.ts'

const sample = (loss: number, rung?: number): Sample => ({
  number: 1,
  row: new Float64Array(1),
  loss,
  ...(rung !== undefined && { rung }),
})
const warp = (losses: readonly number[]) => [...warpLosses(losses.map((loss) => sample(loss)))]

describe('warpLosses', () => {
  it('keeps the order, and has mean 0 and a variance of at most 1, whatever the losses', () => {
    const loss = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, 1e308, -1e308, 1e-300, 4e7),
    )
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 30 }), (losses) => {
        const y = warp(losses)
        const mean = y.reduce((sum, value) => sum + value, 0) / y.length
        const variance = y.reduce((sum, value) => sum + value ** 2, 0) / y.length
        expect(Math.abs(mean)).toBeLessThan(1e-6)
        expect(variance).toBeLessThan(1 + 1e-6)
        const order = losses.map((_, i) => i).sort((a, b) => losses[a]! - losses[b]! || a - b)
        expect(order.slice(1).every((place, i) => y[order[i]!]! <= y[place]!)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('leaves a difference between good trials when one has diverged', () => {
    const y = warp([1, 2, 3, 4, 5, 6, 1e6])
    expect(y[1]! - y[0]!).toBeGreaterThan(0.1)
  })

  it('holds no trial that was stopped early better than the median of those that finished', () => {
    const samples = [1, 2, 3].map((loss) => sample(loss))
    const y = warpLosses([...samples, sample(0, 4)])
    expect(y[3]).toBe(y[1])
  })
})
