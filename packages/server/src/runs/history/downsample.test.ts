import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sampleBands, sampleEvenly } from './downsample.ts'

const row = (index: number, loss: number) => ({ index, at: index, values: { loss } })

it('returns few rows unchanged', () => {
  const rows = [row(1, 1), row(2, 2)]
  expect(sampleBands(rows, 2)).toBe(rows)
})

it('keeps a spike between two samples in the band', () => {
  const rows = Array.from({ length: 100 }, (_, i) => row(i, i === 37 ? 50 : 1))
  expect(sampleBands(rows, 10).map(({ high }) => high?.loss)).toEqual([1, 1, 1, 50, 1, 1, 1, 1, 1, 1])
})

it('covers every row once, and ends with the last row', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (losses, samples) => {
        const rows = losses.map((loss, i) => row(i, loss))
        const bands = sampleBands(rows, samples)
        expect(bands.length).toBe(Math.min(samples, rows.length))
        expect(bands.at(-1)!.index).toBe(rows.length - 1)
        const low = Math.min(...bands.map((band) => band.low?.loss ?? Number(band.values.loss)))
        const high = Math.max(...bands.map((band) => band.high?.loss ?? Number(band.values.loss)))
        expect([low, high]).toEqual([Math.min(...losses), Math.max(...losses)])
      },
    ),
  )
})

it('has every value at the step at which it was logged', () => {
  // As a run that logs its loss at each step and validates at each 50th.
  const rows = Array.from({ length: 1_000 }, (_, step) => ({
    index: step,
    at: step,
    values: { loss: 1 / (step + 1), ...(step % 50 === 0 && { val_loss: step, epoch: step / 50 }) },
  }))
  const bands = sampleBands(rows, 30)
  const sparse = bands.filter(({ low }) => low?.val_loss !== undefined)
  expect(sparse.map(({ index, values }) => [index, values.val_loss, values.epoch])).toEqual(
    Array.from({ length: 20 }, (_, i) => [50 * i, 50 * i, i]),
  )
  for (const { index, values } of bands) expect(values).toEqual(rows[index]!.values)
  expect(bands.filter(({ low }) => low?.loss !== undefined)).toHaveLength(30)
  expect(bands.map(({ index }) => index)).toEqual(bands.map(({ index }) => index).sort((a, b) => a - b))
})

it('keeps a value that is not finite, and the extremes of the others', () => {
  const values = [1, 5, Number.NaN]
  const [band] = sampleBands(
    values.map((loss, i) => row(i, loss)),
    1,
  )
  expect(band).toEqual({ index: 2, at: 2, values: { loss: Number.NaN }, low: { loss: 1 }, high: { loss: 5 } })
})

it('gives no band to values that are not numbers', () => {
  const rows = ['a', 'b', 'c'].map((text, index) => ({ index, at: 0, values: { text, _step: index } }))
  expect(sampleBands(rows, 1)).toEqual([
    { index: 2, at: 0, values: { text: 'c', _step: 2 }, low: {}, high: {} },
  ])
})

it('samples evenly, in order, with the first and the last row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 500 }), (count, samples) => {
      const rows = Array.from({ length: count }, (_, i) => i)
      const sampled = sampleEvenly(rows, samples)
      expect(sampled.length).toBe(Math.min(count, samples))
      expect(new Set(sampled).size).toBe(sampled.length)
      expect([sampled[0], sampled.at(-1)]).toEqual([0, count - 1])
      const gaps = sampled.slice(1).map((row, i) => row - sampled[i]!)
      if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
    }),
  )
})
