import { describe, expect, it } from 'vitest'
import { priorStarts } from '../../math/fit-gp.ts'
import { posteriorOf } from '../../math/gp-posterior.ts'
import { rngOf } from '../../math/rng.ts'
import type { Json } from '../../schema/json.ts'
import { parseSweepConfig } from '../../schema/parse-sweep-config.ts'
import { checkParams } from '../../space/check-params.ts'
import { spaceOf } from '../../space/constraints/constrain.ts'
import { samplerFor } from '../pick.ts'
import { EMPTY_HISTORY, type Observation } from '../sampler.ts'
import { warpLosses } from './losses.ts'
import { type Neighbours, neighbourhood } from './neighbourhood.ts'
import type { Sample } from './sample.ts'

const AXES = 4
/** A valley that runs along no axis: the sum of all coordinates matters a thousand times as much as their differences. */
const valley = (x: ArrayLike<number>) => {
  const z = Array.from(x, (value) => value - 0.6)
  const sum = z.reduce((total, value) => total + value, 0)
  return 1000 * sum ** 2 + z.reduce((total, value, i) => total + (value - (z[i + 1] ?? 0)) ** 2, 0)
}

/** Trials of a search that closes in on the valley's lowest point. */
function searched(count: number): readonly Sample[] {
  const rng = rngOf(5, 1)
  return Array.from({ length: count }, (_, i) => {
    const width = 1 - (0.8 * i) / count
    const row = Float64Array.from({ length: AXES }, () => 0.6 + width * (rng.uniform() - 0.6))
    return { number: i + 1, row, loss: valley(row) }
  })
}

const neighboursOf = (samples: readonly Sample[]): Neighbours => {
  const best = samples.reduce((least, one) => (one.loss < least.loss ? one : least))
  return {
    samples,
    rows: samples.map(({ row }) => row),
    center: best.row,
    categorical: new Uint8Array(AXES),
    theta: priorStarts(AXES)[0]!,
    pending: [],
    most: 128,
  }
}

describe('neighbourhood', () => {
  it('is undefined while one process takes all trials, and when no loss differs', () => {
    expect(neighbourhood(neighboursOf(searched(128)))).toBeUndefined()
    const equal = searched(200).map((one) => ({ ...one, loss: 1 }))
    expect(neighbourhood(neighboursOf(equal))).toBeUndefined()
  })

  it('has a box around the best trial that is smaller than the space, and leaders from the best on', () => {
    const neighbours = neighboursOf(searched(400))
    const { box, leaders, known } = neighbourhood(neighbours)!
    expect(known).toBe(128)
    expect(leaders[0]).toEqual(neighbours.center)
    for (let a = 0; a < AXES; a++) {
      expect(box.lower[a]).toBeLessThan(neighbours.center[a]!)
      expect(box.upper[a]).toBeGreaterThan(neighbours.center[a]!)
      expect(box.upper[a]! - box.lower[a]!).toBeLessThan(0.6)
    }
  })

  it('knows a valley along no axis better than a process along the axes does', () => {
    const neighbours = neighboursOf(searched(400))
    const { acquisition, box } = neighbourhood(neighbours)!
    const straight = posteriorOf(
      { rows: neighbours.rows, y: warpLosses(neighbours.samples), categorical: neighbours.categorical },
      neighbours.theta,
    )!
    const rng = rngOf(6, 1)
    const points = Array.from({ length: 100 }, () =>
      Float64Array.from(
        { length: AXES },
        (_, a) => box.lower[a]! + rng.uniform() * (box.upper[a]! - box.lower[a]!),
      ),
    )
    const agreement = (predict: (row: Float64Array) => { readonly mean: number }) =>
      rankCorrelation(
        points.map(valley),
        points.map((point) => predict(point).mean),
      )
    expect(agreement(acquisition.posterior.predict)).toBeGreaterThan(0.99)
    expect(agreement(acquisition.posterior.predict)).toBeGreaterThan(agreement(straight.predict))
  })

  it('has the slopes that differences show, also along turned axes', () => {
    const { posterior } = neighbourhood(neighboursOf(searched(400)))!.acquisition
    const row = Float64Array.of(0.55, 0.62, 0.58, 0.66)
    const [mean, variance] = [new Float64Array(AXES), new Float64Array(AXES)]
    posterior.predictWithSlopes(row, mean, variance)
    for (let a = 0; a < AXES; a++) {
      const at = (by: number) => posterior.predict(row.with(a, row[a]! + by))
      expect(mean[a]!).toBeCloseTo((at(1e-5).mean - at(-1e-5).mean) / 2e-5, 3)
      expect(variance[a]!).toBeCloseTo((at(1e-5).variance - at(-1e-5).variance) / 2e-5, 3)
    }
  })
})

const rankCorrelation = (a: readonly number[], b: readonly number[]): number => {
  const ranks = (values: readonly number[]) => {
    const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!)
    const places: number[] = []
    for (const [rank, i] of order.entries()) places[i] = rank
    return places
  }
  const [x, y] = [ranks(a), ranks(b)]
  const n = a.length
  const square = x.reduce((sum, rank, i) => sum + (rank - y[i]!) ** 2, 0)
  return 1 - (6 * square) / (n * (n * n - 1))
}

describe('beyond the trials of one process', () => {
  const SPACES: readonly (readonly [string, object, readonly string[]])[] = [
    [
      'mixed and conditional parameters',
      {
        lr: { distribution: 'log_uniform_values', min: 1e-5, max: 1.5 },
        layers: { min: 1, max: 9 },
        optimizer: { values: ['sgd', 'adam', 'lion'] },
        momentum: { min: 0.0, max: 0.99, when: { optimizer: ['sgd'] } },
        width: { values: [16, 32, 64] },
      },
      [],
    ],
    ['constraints on parameters', { x: { min: 0.0, max: 1.5 }, y: { min: 0.0, max: 1.5 } }, ['x <= y']],
  ]
  it.each(SPACES)(
    'searches near the best trial and elsewhere, the same for the same seed: %s',
    (_, parameters, constraints) => {
      const { config } = parseSweepConfig({
        method: 'bayes',
        metric: { name: 'loss' },
        parameters,
        constraints_on_parameters: constraints,
      } as Json)
      const space = spaceOf(config)
      const slots = (from: number, count: number) =>
        Array.from({ length: count }, (_, i) => ({ number: from + i, index: from + i - 1 }))
      const drawn = samplerFor({ ...config, method: 'random' }, space).suggest({
        space,
        seed: 1,
        slots: slots(1, 160),
        history: EMPTY_HISTORY,
        enqueued: [],
      })
      const observations = drawn.map(({ params }, i): Observation => {
        const numbers = Object.values(params).filter((value) => typeof value === 'number')
        return { number: i + 1, params, loss: numbers.reduce((sum, value) => sum + Math.log1p(value), 0) }
      })
      const ask = () =>
        samplerFor(config, space).suggest({
          space,
          seed: 1,
          slots: slots(161, 8),
          history: { ...EMPTY_HISTORY, observations },
          enqueued: [],
        })
      const found = ask()
      for (const { params } of found) expect(checkParams(space, params)).toEqual([])
      expect(
        found.filter(({ suggestedBy }) => suggestedBy.why.includes('near the best trial')).length,
      ).toBeGreaterThan(1)
      expect(
        found.filter(({ suggestedBy }) => !suggestedBy.why.includes('near the best trial')).length,
      ).toBeGreaterThan(1)
      expect(ask()).toEqual(found)
    },
  )
})
