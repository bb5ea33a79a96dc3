import { expect, it } from 'vitest'
import type { Chimney } from '../../client.ts'
import { ChimneyError } from '../../error.ts'
import { batchesOf, sendSweep } from './send-sweep.ts'

const trial = (points: number, text = '') => ({
  params: { x: 1, text },
  points: Array.from({ length: points }, (_, step) => ({ step, values: { loss: step } })),
})

it('keeps batches below the limits of a request, in order', () => {
  const sizes = (trials: readonly ReturnType<typeof trial>[]) => {
    const batches = batchesOf(trials)
    expect(batches.flat()).toEqual(trials)
    return batches.map(({ length }) => length)
  }
  expect(sizes([])).toEqual([])
  expect(sizes(Array.from({ length: 250 }, () => trial(1)))).toEqual([100, 100, 50])
  expect(sizes(Array.from({ length: 5 }, () => trial(4_000)))).toEqual([2, 2, 1])
  expect(sizes(Array.from({ length: 3 }, () => trial(0, 'x'.repeat(900_000))))).toEqual([2, 1])
})

it('names the trials that the service refuses, and adds the others, also when it continues', async () => {
  const trials = Array.from({ length: 250 }, (_, x) => ({ params: { x } }))
  let handedOut = 0
  const refuses = ({ x }: { x: number }) => x % 100 === 7
  const sweep = () => ({
    ...{ id: 's', path: 'a/b/s', created_at: 't' },
    trials: {
      handed_out: handedOut,
      open: 0,
      finished: handedOut,
      stopped: 0,
      failed: 0,
      killed: 0,
      crashed: 0,
    },
  })
  const added = new Map<string, number[]>()
  const client = {
    createSweep: async () => ({ path: 'a/b/s' }),
    getSweep: async () => sweep(),
    updateSweep: async () => sweep(),
    addTrials: async (_: string, batch: { params: { x: number } }[], { idempotencyKey = '' } = {}) => {
      const errors = batch.flatMap(({ params }, i) =>
        refuses(params) ? [{ path: `trials.${i}.params.x`, message: 'no' }] : [],
      )
      const problem = { type: '', title: '', status: 400, detail: '', code: 'invalid-params', errors }
      if (errors.length > 0) throw new ChimneyError('invalid-params', 'no', { problem })
      if (!added.has(idempotencyKey)) handedOut += batch.length
      added.set(
        idempotencyKey,
        batch.map(({ params }) => params.x),
      )
    },
  } as unknown as Chimney
  for (let times = 0; times < 2; times++) {
    const refused: unknown[] = []
    await sendSweep(
      client,
      { config: {}, trials, skipped: {}, warnings: [] },
      {
        ...{ project: 'b', method: 'random', isContinued: false, onProgress: () => {} },
        onRefused: (trial) => refused.push(trial.params.x),
      },
    )
    expect(refused).toEqual([7, 107, 207])
    expect([...added.values()].flat()).toEqual(
      trials.map(({ params }) => params.x).filter((x) => !refuses({ x })),
    )
  }
})
