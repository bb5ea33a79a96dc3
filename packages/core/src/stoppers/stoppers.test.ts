import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../../../../test/golden/wandb_hyperband.golden.json' with { type: 'json' }
import { type EarlyTerminate, EarlyTerminateSchema } from '../schema/early-terminate.ts'
import { Problem } from '../schema/problem.ts'
import { asha } from './asha.ts'
import { type HyperbandOptions, hyperband, hyperbandBands } from './hyperband.ts'
import { median } from './median.ts'
import { percentile } from './percentile.ts'
import { stopperFor } from './pick.ts'
import type { RungValue, StopDecision, Stopper } from './stopper.ts'

const options = (more: Partial<HyperbandOptions>): HyperbandOptions => ({ eta: 3, strict: true, ...more })

const rungsOf = (stopper: Stopper, most: number): number[] => {
  const rungs: number[] = []
  for (let at = Number.NEGATIVE_INFINITY; rungs.length < most; ) {
    const next = stopper.nextRung(at)
    if (next === undefined) break
    rungs.push(next)
    at = next
  }
  return rungs
}

/** Trials 2, 3, … with these losses; the evaluated trial is number 1. */
const ask = (
  stopper: Stopper,
  rung: number,
  own: { loss: number; best?: number },
  others: number[],
): StopDecision => {
  const self = { number: 1, loss: own.loss, best: own.best ?? own.loss }
  const peers: RungValue[] = [self, ...others.map((loss, k) => ({ number: k + 2, loss, best: loss }))]
  return stopper.decide({ rung, self, peers })
}

describe('hyperband', () => {
  it.each([
    { title: 'min_iter and the default eta', given: { min_iter: 3 }, bands: [3, 9, 27, 81] },
    {
      title: 'a fractional eta, cut to integers, each band once',
      given: { min_iter: 1, eta: 1.5 },
      bands: [1, 2, 3, 5],
    },
    { title: 'max_iter and s, counted back', given: { max_iter: 27, s: 2 }, bands: [3, 9] },
    { title: 'max_iter, ended below 1', given: { max_iter: 9, s: 5, eta: 2 }, bands: [1, 2, 4] },
    { title: 'max_iter, which wins over min_iter', given: { max_iter: 27, s: 1, min_iter: 2 }, bands: [9] },
  ])('makes the bands of $title', ({ given, bands }) => {
    expect(hyperbandBands(options(given)).slice(0, 4)).toEqual(bands)
  })

  it('asks one value after the band when values are counted, as W&B counts from 0', () => {
    expect(rungsOf(hyperband(options({ min_iter: 3 })), 3)).toEqual([4, 10, 28])
    expect(rungsOf(hyperband(options({ min_iter: 3, resource: 'epoch' })), 3)).toEqual([3, 9, 27])
  })

  it('asks no more after the last band of max_iter', () => {
    expect(rungsOf(hyperband(options({ max_iter: 27, s: 2 })), 9)).toEqual([4, 10])
  })

  it.each([
    { title: 'lets the first one go on', own: 9, others: [], stop: false },
    { title: 'stops the worse of two', own: 2, others: [1], stop: true },
    { title: 'lets the better of two go on', own: 1, others: [2], stop: false },
    { title: 'lets equals go on', own: 1, others: [1, 1, 1], stop: false },
    { title: 'compares with the second best of three', own: 2, others: [1, 3], stop: false },
    { title: 'stops the third of three', own: 3, others: [1, 2], stop: true },
  ])('$title', ({ own, others, stop }) => {
    expect(ask(hyperband(options({ min_iter: 1 })), 2, { loss: own }, others).stop).toBe(stop)
  })

  it('forgives a bad value after a good one when it is not strict', () => {
    const own = { loss: 5, best: 0 }
    expect(ask(hyperband(options({ min_iter: 1 })), 2, own, [1]).stop).toBe(true)
    expect(ask(hyperband(options({ min_iter: 1, strict: false })), 2, own, [1]).stop).toBe(false)
  })

  it('says why in the words of the metric', () => {
    const stopper = hyperband(options({ min_iter: 3, resource: 'epoch' }), {
      name: 'val_acc',
      goal: 'maximize',
    })
    expect(ask(stopper, 3, { loss: -0.61 }, [-0.9, -0.8])).toEqual({
      stop: true,
      reason: 'hyperband: val_acc 0.61 at epoch 3 is below the top-1/3 cutoff 0.8 (3 trials).',
    })
  })

  it('refuses options that leave no band', () => {
    expect(() => hyperband(options({ max_iter: 2, s: 3 }))).toThrow(Problem)
    expect(() => hyperband(options({}))).toThrow(Problem)
    expect(() => hyperband(options({ min_iter: 1, eta: 1 }))).toThrow(Problem)
  })

  // From the PyPI package sweeps 0.2.0, by test/golden/wandb_hyperband.py.
  it.each(golden.map((example, index) => ({ index, ...example })))(
    'decides as W&B does in case $index: $options',
    ({ options: given, goal, bands, band, peers, own, threshold, stop }) => {
      const turn = (values: readonly number[]) =>
        values.map((value) => (goal === 'maximize' ? -value : value))
      const at = (number: number, losses: readonly number[]): RungValue => ({
        number,
        loss: losses[band]!,
        best: Math.min(...losses.slice(0, band + 1)),
      })
      const self = at(1, turn(own))
      const trials = [
        self,
        ...peers.filter((peer) => peer.length > band).map((peer, k) => at(k + 2, turn(peer))),
      ]
      const filled = options(given)
      expect(hyperbandBands(filled).slice(0, bands.length)).toEqual(bands)
      const lenient = hyperband({ ...filled, strict: false })
      const strict = hyperband({ ...filled, strict: true })
      const rung = band + 1
      expect(rungsOf(lenient, 20)).toContain(rung)
      expect(lenient.decide({ rung, self, peers: trials }).stop).toBe(stop)
      expect(strict.decide({ rung, self, peers: trials }).stop).toBe(self.loss > threshold)
    },
  )
})

describe('median', () => {
  it('stops no trial before it has five peers', () => {
    expect(ask(median({}), 4, { loss: 9 }, [1, 1, 1, 1]).stop).toBe(false)
    expect(ask(median({}), 4, { loss: 9 }, [1, 1, 1, 1, 1]).stop).toBe(true)
  })

  it('compares the best so far with the middle of the others', () => {
    const stopper = median({ min_trials: 2 })
    expect(ask(stopper, 4, { loss: 9, best: 2.5 }, [1, 4]).stop).toBe(false)
    expect(ask(stopper, 4, { loss: 9, best: 2.6 }, [1, 4])).toEqual({
      stop: true,
      reason: 'median: best loss 2.6 up to iteration 4 is above the median 2.5 (2 other trials).',
    })
  })

  it('doubles its rungs from min_iter on', () => {
    expect(rungsOf(median({ min_iter: 5 }), 4)).toEqual([5, 10, 20, 40])
  })

  it('keeps its interval when one is given', () => {
    expect(rungsOf(median({ min_iter: 5, interval: 3 }), 4)).toEqual([5, 8, 11, 14])
    expect(median({ min_iter: 5, interval: 3 }).nextRung(8.5)).toBe(11)
  })
})

describe('every stopper', () => {
  const losses = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
    maxLength: 30,
  })
  const stopper = fc.constantFrom(
    hyperband(options({ min_iter: 1 })),
    hyperband(options({ min_iter: 2, eta: 4, strict: false })),
    hyperband(options({ max_iter: 81, s: 3, resource: 'epoch' })),
    median({ min_trials: 1 }),
    median({ min_iter: 3, interval: 0.3 }),
    asha({}),
    asha({ min_iter: 1, eta: 1.5 }),
    percentile({ percentile: 10, min_trials: 1 }),
  )

  it('never stops the best one, and decides the same in any order', () => {
    fc.assert(
      fc.property(stopper, losses, fc.integer({ min: 0 }), (stopper, others, seed) => {
        const best = Math.min(0, ...others)
        expect(ask(stopper, 2, { loss: best }, others).stop).toBe(false)
        const worse = { loss: 7, best: 3 }
        const turned = others
          .slice(seed % (others.length + 1))
          .concat(others.slice(0, seed % (others.length + 1)))
        expect(ask(stopper, 2, worse, others)).toEqual(ask(stopper, 2, worse, turned))
      }),
    )
  })

  it('lists ever higher rungs, strictly above what it was asked', () => {
    fc.assert(
      fc.property(stopper, fc.double({ noNaN: true, min: -10, max: 1e9 }), (stopper, resource) => {
        const next = stopper.nextRung(resource)
        if (next !== undefined) expect(next).toBeGreaterThan(resource)
      }),
    )
  })
})

describe('stopperFor', () => {
  const configOf = (given: unknown) => EarlyTerminateSchema.parse(given) as EarlyTerminate

  it("picks by type, with W&B's defaults", () => {
    const stopper = stopperFor(configOf({ type: 'hyperband', min_iter: 3 }))
    expect(rungsOf(stopper, 2)).toEqual([4, 10])
    expect(ask(stopper, 4, { loss: 5, best: 0 }, [1]).stop).toBe(true)
    expect(rungsOf(stopperFor(configOf({ type: 'median' })), 4)).toEqual([1, 2, 4, 8])
  })

  it.each([
    { given: { type: 'asha' }, rungs: [2, 6, 18] },
    { given: { type: 'percentile', percentile: 25 }, rungs: [1, 2, 4] },
    { given: { type: 'threshold', upper: 1 }, rungs: [1, 2, 3] },
    { given: { type: 'patience', patience: 3 }, rungs: [1, 2, 3] },
  ])('knows $given.type', ({ given, rungs }) => {
    expect(rungsOf(stopperFor(configOf(given)), 3)).toEqual(rungs)
  })
})
