import { expect, it } from 'vitest'
import { type EpochResult, train } from './train.ts'

it('learns to read digits with good parameters, and less with bad ones', async () => {
  const [good, bad] = await Promise.all([
    train({ batch_size: 16, epochs: 7, lr: 0.05 }),
    train({ batch_size: 64, epochs: 7, lr: 0.0003 }),
  ])
  expect(good.at(-1)!.val_acc).toBeGreaterThan(0.93)
  expect(bad.at(-1)!.val_acc).toBeLessThan(0.7)
})

it('reports each epoch in order, with the same results for the same parameters', async () => {
  const params = { batch_size: 64, epochs: 2, lr: 0.02 }
  const results: EpochResult[] = []
  const first = await train(params, { onEpoch: (result) => void results.push(result) })
  expect(results.map(({ epoch }) => epoch)).toEqual([1, 2])
  expect(results).toEqual(first)
  expect(await train(params)).toEqual(first)
})

it('ends before its next batch after an abort', async () => {
  const stop = new AbortController()
  const results = await train(
    { batch_size: 64, epochs: 50, lr: 0.02 },
    { signal: stop.signal, onEpoch: () => stop.abort() },
  )
  expect(results).toHaveLength(1)
})

it('reports NaN when training diverges', async () => {
  const results = await train({ batch_size: 16, epochs: 1, lr: 1e30 })
  expect(results.at(-1)!.val_loss).toBeNaN()
})
