import { expect, it } from 'vitest'
import { SMOOTHINGS, smoothed } from './smoothing.ts'

it('keeps the length, constants and NaN, and does nothing at weight 0', () => {
  const values = [2, 2, Number.NaN, 2, 2, 2]
  expect(smoothed([3, 1, 2], { kind: 'gaussian', weight: 0 })).toEqual([3, 1, 2])
  for (const kind of SMOOTHINGS)
    for (const [i, value] of smoothed(values, { kind, weight: 0.8 }).entries())
      if (i === 2) expect(value).toBeNaN()
      else expect(value).toBeCloseTo(2, 12)
})

it('centered kinds leave a line as it is away from its ends, and reduce noise', () => {
  const line = Array.from({ length: 41 }, (_, i) => i)
  for (const kind of ['gaussian', 'running'] as const) {
    expect(smoothed(line, { kind, weight: 0.4 })[20]).toBeCloseTo(20, 9)
    const noise = line.map((i) => (i % 2 === 0 ? 1 : -1))
    expect(Math.abs(smoothed(noise, { kind, weight: 0.4 })[20]!)).toBeLessThan(0.2)
  }
})
