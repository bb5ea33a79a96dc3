import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rngOf } from '../math/rng.ts'
import { random } from '../samplers/random.ts'
import { EMPTY_HISTORY } from '../samplers/sampler.ts'
import { Float, numberOf, stringifyJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from '../space/build-space.ts'
import { bytesPerReal, compactOf } from '../space/compact.ts'
import type { Space } from '../space/space.ts'
import type { EndedTrial, Fate } from './ended-trial.ts'
import { blockOf, decodePack, encodePack, firstOf } from './pack.ts'

const spaceOf = (parameters: object): Space =>
  buildSpace(parseSweepConfig(JSON.stringify({ method: 'random', parameters })).config.parameters)

const space = spaceOf({
  lr: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
  momentum: { min: 0.1, max: 1.0 },
  layers: { min: 1, max: 800 },
  optimizer: { values: ['adam', 'sgd', { name: 'lamb', decay: 0.1 }, 1, true] },
  dropout: { distribution: 'q_normal', mu: 0.3, sigma: 0.1, q: 0.05 },
  noise: { distribution: 'normal', mu: 0.0, sigma: 2.0 },
  nested: { parameters: { a: { values: [16, 32, 64] }, fixed: { value: 'x' } } },
  decay: { min: 0.0, max: 0.5, when: { optimizer: ['sgd'] } },
})
const compact = compactOf(space)

const drawn = (seed: number, of = space): Params =>
  random(of).suggest({
    space: of,
    seed,
    slots: [{ number: 1, index: 0 }],
    history: EMPTY_HISTORY,
    enqueued: [],
  })[0]!.params

describe('compact parameters', () => {
  it('are what they were, but for the last digits of real numbers', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const params = drawn(seed)
        const back = compact.decode(compact.encode(params)!)
        expect(Object.keys(back)).toEqual(Object.keys(params))
        for (const name of ['layers', 'optimizer', 'dropout', 'nested'])
          expect(stringifyJson(back[name]!)).toBe(stringifyJson(params[name]!))
        for (const { path, encode, size, step } of space.dimensions) {
          if (size === 1 || step !== undefined || params[path[0]!] === undefined || path.length > 1) continue
          if (Number.isFinite(size)) continue
          const [was, is] = [encode(params[path[0]!]!)!, encode(back[path[0]!]!)!]
          expect(Math.abs(was - is)).toBeLessThanOrEqual(2 ** -30)
        }
      }),
    )
  })

  it('stay the same when they are made compact again', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const bytes = compact.encode(drawn(seed))!
        expect(compact.encode(compact.decode(bytes))).toEqual(bytes)
      }),
    )
  })

  it('keep the ends of a range exactly', () => {
    for (const end of [1e-5, 0.1]) {
      const params = { ...drawn(1), lr: end }
      expect(numberOf(compact.decode(compact.encode(params)!).lr!)).toBeCloseTo(end, 15)
    }
  })

  it.each([
    { title: 'a value outside of its range', change: { lr: 7 } },
    { title: 'a missing value', change: { lr: undefined } },
    { title: 'a word that was not listed', change: { optimizer: 'rprop' } },
    { title: 'a value of a parameter that does not exist there', change: { optimizer: 'adam', decay: 0.1 } },
  ])('do not exist for $title', ({ change }) => {
    const params = { ...drawn(3), ...change }
    expect(compact.encode(JSON.parse(JSON.stringify(params)))).toBeUndefined()
  })

  it.each([
    [1, 4],
    [9, 4],
    [12, 3],
    [18, 2],
    [200, 2],
  ])('of %i real dimensions have %i bytes for each', (count, width) => {
    expect(bytesPerReal(count)).toBe(width)
  })
})

const FATES: readonly Fate[] = ['observed', 'infeasible', 'abandoned', 'crashed']

function trialsOf(seed: number, count: number, objectives: number): readonly EndedTrial[] {
  const rng = rngOf(seed, 1)
  return Array.from({ length: count }, (_, i): EndedTrial => {
    const fate = FATES[Math.min(3, Math.floor(rng.uniform() * 6))] ?? 'observed'
    const point = compact.encode(drawn(seed + i))!
    const params = rng.uniform() < 0.1 ? { other: new Float(1) } : compact.decode(point)
    if (fate !== 'observed') return { number: i + 1, fate, params }
    const losses = Array.from({ length: objectives }, () => rng.uniform() * 10 ** (300 * rng.uniform()))
    return {
      number: i + 1,
      fate,
      params,
      loss: losses[0],
      rung: rng.uniform() < 0.3 ? 9 : undefined,
      losses: objectives > 1 ? losses : undefined,
      violation: rng.uniform() < 0.5 ? Number.POSITIVE_INFINITY : undefined,
      slacks: rng.uniform() < 0.5 ? [rng.uniform(), -3, Number.POSITIVE_INFINITY] : undefined,
    }
  })
}

describe('a pack', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 3 }), (...args) => {
        const trials = trialsOf(...args)
        const plain = (list: readonly EndedTrial[]) =>
          list.map((trial) => ({ ...trial, params: stringifyJson(trial.params) }))
        expect(plain(decodePack(encodePack(trials, compact), 1, compact)!)).toEqual(plain(trials))
      }),
      { numRuns: 40 },
    )
  })

  it('of another version is not read', () => {
    const bytes = encodePack(trialsOf(1, 5, 1), compact)
    bytes[0]! += 1
    expect(decodePack(bytes, 1, compact)).toBeUndefined()
  })

  it.each([
    { reals: 6, most: 36 },
    { reals: 18, most: 47 },
  ])('needs at most $most bytes a trial with $reals real parameters', ({ reals, most }) => {
    const names = Array.from({ length: reals }, (_, i) => `p${i}`)
    const of = spaceOf(Object.fromEntries(names.map((name) => [name, { min: 0.0, max: 1.0 }])))
    const codec = compactOf(of)
    const trials = Array.from(
      { length: 100 },
      (_, i): EndedTrial => ({ number: i + 1, fate: 'observed', params: drawn(i, of), loss: 1 / (i + 1) }),
    )
    expect(encodePack(trials, codec).length / 100).toBeLessThanOrEqual(most)
  })

  it('is found by the number of a trial', () => {
    expect([1, 50, 51, 10_000].map(blockOf)).toEqual([0, 0, 1, 199])
    expect([0, 1].map(firstOf)).toEqual([1, 51])
  })
})
