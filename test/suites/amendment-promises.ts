import type { SweepKey } from '@chimney/core/schema/names'
import type { Store } from '@chimney/server/store/store'
import type { BestTrial, SweepHead } from '@chimney/server/store/sweeps'
import { describe, expect } from 'vitest'
import { T0, trialRecord } from './store.fixtures.ts'

interface Engine {
  readonly store: () => Store
  readonly freshSweep: (head?: Partial<SweepHead>) => Promise<SweepKey>
  readonly promise: (title: string, test: () => Promise<void>) => void
}

/** The promises of a store about amended trials. */
export function amendmentPromises({ store: open, freshSweep, promise }: Engine): void {
  describe('amendments', () => {
    promise(
      'replaces a trial that no other writer has changed meanwhile, by exactly one of two writers',
      async () => {
        const key = { ...(await freshSweep()), number: 3 }
        const store = open()
        const ended = trialRecord(key, { state: 'finished', value: -100, loss: -100, rung: 3, violation: 0 })
        await store.createTrial(ended)
        const { value: _, loss: __, rung: ___, violation: ____, ...rest } = ended
        const at = T0 + 5
        const voided = { at, reason: 'ü', deleted: true } as const
        const earlier = [{ state: 'finished' as const, attempt: 1, value: -100, at: T0 }]
        const next = { ...rest, state: 'killed' as const, voided, earlier, amended: 1, updatedAt: at }
        const won = await Promise.all([store.amendTrial(next, ended), store.amendTrial(next, ended)])
        expect(won.toSorted()).toEqual([false, true])
        expect(await store.getTrial(key)).toEqual(next)
        // In the same millisecond, from a reader of the first state.
        expect(await store.amendTrial({ ...next, amended: 2 }, { ...ended, updatedAt: at })).toBe(false)
        expect(await store.amendTrial({ ...next, amended: 2, state: 'queued' }, next)).toBe(true)
        const end = { state: 'finished' as const, attempt: 2, value: 1, loss: 1 }
        // The end of a run that was read before the amendment.
        expect(await store.closeTrial(key, end, at + 1)).toBeUndefined()
        expect(await store.closeTrial(key, { ...end, amended: 1 }, at + 1)).toBeUndefined()
        expect(await store.closeTrial(key, { ...end, amended: 2 }, at + 1)).toBe('queued')
        expect(await store.getTrial(key)).toMatchObject({ state: 'finished', value: 1, amended: 2, earlier })
        expect(await store.listTrials(key, { after: 0, limit: 10 })).toMatchObject([{ voided, amended: 2 }])
      },
    )

    promise('counts amendments by block of trials, the head last', async () => {
      const store = open()
      const key = await freshSweep({ taken: 2_000 })
      expect([...(await store.listAmended(key))]).toEqual([])
      expect(await store.markAmended(key, [1, 500, 501, 1_700], T0 + 1)).toMatchObject({
        amended: 1,
        updatedAt: T0 + 1,
      })
      expect(await store.markAmended(key, [2], T0 + 2)).toMatchObject({ amended: 2, taken: 2_000 })
      expect(new Map(await store.listAmended(key))).toEqual(
        new Map([
          [0, 3],
          [1, 1],
          [3, 1],
        ]),
      )
      expect((await store.getHead(key))?.amended).toBe(2)
      await store.deleteSweep(key)
      expect(await store.markAmended(key, [1], T0)).toBeUndefined()
      expect([...(await store.listAmended(key))]).toEqual([])
    })

    promise('takes no offer for the best trial from before an amendment', async () => {
      const store = open()
      const key = await freshSweep()
      const best: BestTrial = { number: 1, run: 'r1', value: 3, loss: 3 }
      await store.offerBest(key, best, undefined)
      await store.markAmended(key, [1], T0)
      await store.offerBest(key, { ...best, number: 2, loss: 1 }, undefined)
      expect((await store.getHead(key))?.best).toEqual(best)
      await store.clearBest(key, { ...best, number: 7 })
      expect((await store.getHead(key))?.best).toEqual(best)
      await store.clearBest(key, best)
      expect((await store.getHead(key))?.best).toBeUndefined()
      await store.offerBest(key, { ...best, number: 2, loss: 4 }, 1)
      expect((await store.getHead(key))?.best).toMatchObject({ number: 2, loss: 4 })
    })

    promise('takes an end state out of the counters', async () => {
      const store = open()
      const key = await freshSweep({ taken: 2 })
      await store.countEnded(key, 'failed', undefined, T0)
      expect((await store.countEnded(key, undefined, 'failed', T0))?.ended.failed).toBe(0)
    })

    promise('removes the values of one trial at rungs', async () => {
      const store = open()
      const key = await freshSweep()
      for (const number of [1, 2])
        for (const rung of [1, 3]) await store.putRung(key, rung, { number, loss: number, best: number })
      await store.removeRungs(key, 1, [1, 3, 9])
      for (const rung of [1, 3])
        expect((await store.listRung(key, rung, 4)).values.map(({ number }) => number)).toEqual([2])
      expect((await store.listRung(key, 9, 4)).values).toEqual([])
    })
  })
}
