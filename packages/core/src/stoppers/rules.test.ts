import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_PROGRESS, observe } from '../sweep/observe.ts'
import { asha, bracketOf } from './asha.ts'
import { patience } from './patience.ts'
import { percentile } from './percentile.ts'
import { everyValue } from './rungs.ts'
import type { RungValue, Stopper } from './stopper.ts'
import { threshold } from './threshold.ts'

/** Trials with these best losses at a rung; the first one asks. */
const stops = (stopper: Stopper, bests: readonly number[], rung = 2): boolean => {
  const peers = bests.map((best, number) => ({ number, loss: best, best }))
  return stopper.decide({ rung, self: peers[0]!, peers }).stop
}

describe('asha', () => {
  it('has rungs by factors of eta, ended before max_iter', () => {
    const { nextRung } = asha({ min_iter: 2, eta: 3, max_iter: 54 })
    expect([Number.NEGATIVE_INFINITY, 2, 6, 18].map(nextRung)).toEqual([2, 6, 18, undefined])
  })

  it.each([
    { title: 'stops no trial before eta trials reached the rung', bests: [9, 1], stop: false },
    { title: 'lets the best third go on', bests: [2, 1, 3, 4, 5, 6], stop: false },
    { title: 'stops who is not among the best third', bests: [3, 1, 2, 4, 5, 6], stop: true },
    { title: 'lets equals go on', bests: [1, 1, 1, 1], stop: false },
  ])('$title', ({ bests, stop }) => {
    expect(stops(asha({ eta: 3 }), bests)).toBe(stop)
  })

  it('stops neither the best mean nor the best single loss, whatever else is there', () => {
    const some = fc.double({ noNaN: true, noDefaultInfinity: true })
    const all = fc.array(fc.tuple(some, some, fc.double({ min: 0, noNaN: true })), { minLength: 1 })
    const eta = fc.double({ min: 1.01, max: 20, noNaN: true })
    fc.assert(
      fc.property(all, eta, some, (values, eta, next) => {
        const peers = values.map(([mean, best, error], number) => ({ number, loss: mean, mean, best, error }))
        const ahead = [{ number: -1, loss: next, best: next }]
        const goes = (self: RungValue) => !asha({ eta }).decide({ rung: 2, self, peers, ahead }).stop
        const least = (of: (peer: (typeof peers)[number]) => number) =>
          peers.reduce((a, b) => (of(b) < of(a) ? b : a))
        expect(goes(least(({ mean }) => mean))).toBe(true)
        expect(goes(least(({ best }) => best))).toBe(true)
      }),
    )
  })

  it('rounds the places down, but always leaves one', () => {
    const going = (count: number) => {
      const peers = Array.from({ length: count }, (_, number) => ({ number, loss: number, best: number }))
      return peers.filter((self) => !asha({ eta: 3 }).decide({ rung: 2, self, peers }).stop).length
    }
    expect([2, 3, 5, 6, 30].map(going)).toEqual([2, 1, 1, 2, 10])
  })

  it('compares means since the rung before, so that one lucky or unlucky loss decides nothing', () => {
    const peers = [0.3, 0.1, 0.2, 0.4, 0.5, 0.6].map((mean, number) => ({
      number,
      mean,
      error: 0,
      loss: 1 - mean,
      best: number === 5 ? 0 : 0.1,
    }))
    const stopped = peers.filter((self) => asha({ eta: 3 }).decide({ rung: 9, self, peers }).stop)
    // Trial 5 has the worst mean, and the best single loss of all trials.
    expect(stopped.map(({ number }) => number)).toEqual([0, 3, 4])
  })

  it('defers to the next rung when means differ by less than their error', () => {
    const means = [0.31, 0.2, 0.3, 0.5, 0.6, 0.7]
    const decided = (error: number) => {
      const peers = means.map((mean, number) => ({ number, loss: mean, best: mean, mean, error }))
      return asha({ eta: 3 }).decide({ rung: 9, self: peers[0]!, peers })
    }
    expect(decided(0).stop).toBe(true)
    expect(decided(0.005)).toMatchObject({
      stop: true,
      reason: expect.stringContaining('margin 0.005'),
    })
    expect(decided(0.02).stop).toBe(false)
  })

  describe('of a loss that falls like 1/√t', () => {
    const stopper = asha({ min_iter: 4, eta: 4 })
    const peers = Array.from({ length: 8 }, (_, number) => ({ number, loss: number, best: number }))
    // 16/√t: 16 at 1, 8 at 4, and so 4 at 16.
    const slow = { number: 99, loss: 8, best: 8, from: { at: 1, loss: 16 } }
    const ask = (
      best: number,
      { count = 4, error = 0, self = slow }: { count?: number; error?: number; self?: RungValue } = {},
    ) =>
      stopper.decide({
        rung: 4,
        self,
        peers: [...peers.map((peer) => ({ ...peer, mean: peer.loss, error })), self],
        ahead: Array.from({ length: count }, (_, k) => ({ number: k, loss: best + k, best: best + k })),
      })

    it('goes on when it would be the best at the next rung', () => {
      expect(ask(4.1).stop).toBe(false)
      expect(ask(3.9)).toEqual({
        stop: true,
        reason:
          'asha: mean loss 8 up to iteration 4 is above the top-1/4 cutoff 1 (9 trials). ' +
          'Extrapolated to 4 at iteration 16, where the best trial has 3.9.',
      })
    })

    it('is believed by no more than such means may be off', () => {
      expect(ask(4.1, { error: 0.2 }).stop).toBe(true)
    })

    it('is not predicted with too few values at the next rung', () => {
      expect(ask(1e9, { count: 3 }).stop).toBe(true)
    })

    it('is not predicted for a rising trial, or for an unknown one', () => {
      expect(ask(9, { self: { ...slow, from: { at: 1, loss: 7 } } }).stop).toBe(true)
      expect(ask(9, { self: { number: 99, loss: 8, best: 8 } }).stop).toBe(true)
    })
  })

  it('puts a third as many trials into each later bracket, whichever numbers are looked at', () => {
    for (const first of [1, 400]) {
      const counts = [0, 0, 0]
      for (let number = first; number < first + 130; number++) counts[bracketOf(number, 3, 3)]!++
      for (const [bracket, expected] of [90, 30, 10].entries())
        expect(Math.abs(counts[bracket]! - expected)).toBeLessThan(4)
    }
  })

  it('compares trials of a bracket among themselves, from its own first rung on', () => {
    const stopper = asha({ min_iter: 1, eta: 3, brackets: 2 })
    const numbers = Array.from({ length: 60 }, (_, i) => i + 1)
    const late = numbers.filter((number) => bracketOf(number, 2, 3) === 1)
    // Every trial of the early bracket is better than every trial of the late one.
    const peers = numbers.map((number) => {
      const loss = late.includes(number) ? 100 + number : number
      return { number, loss, best: loss }
    })
    const [best, worst] = [late[0]!, late.at(-1)!].map(
      (number) => peers.find((peer) => peer.number === number)!,
    )
    expect(stopper.decide({ rung: 1, self: worst!, peers }).stop).toBe(false)
    expect(stopper.decide({ rung: 3, self: best!, peers }).stop).toBe(false)
    expect(stopper.decide({ rung: 3, self: worst!, peers })).toMatchObject({
      stop: true,
      reason: expect.stringContaining(`(${late.length} trials in bracket 2)`),
    })
  })

  it('says why in the words of the metric', () => {
    const stopper = asha({ eta: 2, resource: 'epoch' }, { name: 'acc', goal: 'maximize' })
    const peers = [-0.5, -0.9, -0.8, -0.2].map((best, number) => ({ number, loss: best, best }))
    expect(stopper.decide({ rung: 4, self: peers[0]!, peers })).toEqual({
      stop: true,
      reason: 'asha: mean acc 0.5 up to epoch 4 is below the top-1/2 cutoff 0.8 (4 trials).',
    })
  })
})

describe('percentile', () => {
  const quarter = percentile({ percentile: 25, min_trials: 4 })

  it.each([
    { title: 'stops no trial while too few reached the rung', bests: [9, 1, 2, 3], stop: false },
    { title: 'lets the best quarter go on', bests: [1.5, 1, 2, 3, 4], stop: false },
    { title: 'stops the others', bests: [2.5, 1, 2, 3, 4], stop: true },
  ])('$title', ({ bests, stop }) => {
    expect(stops(quarter, bests)).toBe(stop)
  })

  it('has a rung at each interval, or at each doubling', () => {
    expect([0, 3, 5].map(percentile({ percentile: 50, min_iter: 3, interval: 2 }).nextRung)).toEqual([
      3, 5, 7,
    ])
    expect([0, 3, 6].map(percentile({ percentile: 50, min_iter: 3 }).nextRung)).toEqual([3, 6, 12])
  })
})

describe('threshold', () => {
  it.each([
    { title: 'below the lower bound', options: { lower: 1 }, value: 0.5, stop: true },
    { title: 'at the lower bound', options: { lower: 1 }, value: 1, stop: false },
    { title: 'above the upper bound', options: { upper: 2 }, value: 2.5, stop: true },
    { title: 'between the bounds', options: { lower: 1, upper: 2 }, value: 1.5, stop: false },
  ])('looks at the metric as it is reported: $title', ({ options, value, stop }) => {
    expect(stops(threshold(options, { name: 'm', goal: 'minimize' }), [value])).toBe(stop)
    expect(stops(threshold(options, { name: 'm', goal: 'maximize' }), [-value])).toBe(stop)
  })

  it('says what was passed', () => {
    const self = { number: 1, loss: -0.2, best: -0.2 }
    expect(
      threshold({ lower: 0.3 }, { name: 'acc', goal: 'maximize' }).decide({ rung: 5, self, peers: [self] }),
    ).toEqual({ stop: true, reason: 'threshold: acc 0.2 at iteration 5 is below 0.3.' })
  })
})

describe('patience', () => {
  const walk = (losses: readonly number[], stopper: Stopper) => {
    const rows = losses.map((loss, index) => ({ index, values: { loss } }))
    const objective = { metric: 'loss', goal: 'minimize', stopper } as const
    const { passed } = observe(NO_PROGRESS, rows, objective)
    const at = passed.find(
      ({ rung, ...values }) => stopper.decide({ rung, self: { number: 1, ...values }, peers: [] }).stop,
    )
    return at?.rung
  }

  it.each([
    { title: 'goes on while it improves', losses: [5, 4, 3, 2, 1], options: { patience: 2 }, at: undefined },
    { title: 'stops after as many values', losses: [5, 4, 4.5, 4, 1], options: { patience: 2 }, at: 4 },
    {
      title: 'does not count what is too small',
      losses: [5, 4.9, 4.8, 4.7],
      options: { patience: 3, min_delta: 1 },
      at: 4,
    },
    {
      title: 'counts small steps that add up',
      losses: [5, 4.4, 3.8, 3.2],
      options: { patience: 2, min_delta: 1 },
      at: undefined,
    },
    { title: 'waits for min_iter', losses: [1, 2, 3, 4, 5], options: { patience: 1, min_iter: 4 }, at: 4 },
  ])('$title', ({ losses, options, at }) => {
    expect(walk(losses, patience(options))).toBe(at)
  })

  it('decides the same whatever the batches', () => {
    const losses = [5, 4, 4.5, 4.2, 4.1, 4.3]
    const objective = { metric: 'loss', goal: 'minimize', stopper: patience({ patience: 3 }) } as const
    const rows = losses.map((loss, index) => ({ index, values: { loss } }))
    const together = observe(NO_PROGRESS, rows, objective)
    let progress = NO_PROGRESS
    const passed = rows.flatMap((row) => {
      const step = observe(progress, [row], objective)
      progress = step.progress
      return step.passed
    })
    expect({ progress, passed }).toEqual(together)
  })
})

describe('everyValue', () => {
  it('does not walk through millions for a resource that jumps', () => {
    const next = everyValue(1, true)
    let count = 0
    for (let at = 0; at < 1e12; at = next(at)) count++
    expect(count).toBeLessThan(2_000)
    expect([0, 1, 2].map(everyValue(1, false))).toEqual([1, 2, 3])
  })
})
