/** Families of tasks for warm starts: a target, and earlier tasks that are like it, are not, or are its opposite. */
import { type Rng, rngOf } from '@chimney/core/math/rng'
import type { Prior } from '@chimney/core/samplers/sampler'
import { numberOf } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import { chimneyOptimizer } from './optimize.ts'
import type { SearchProblem } from './problem.ts'

type Loss = (params: Params) => number

export type Kinship = 'related' | 'unrelated' | 'adversarial'

export interface WarmProblem extends SearchProblem {
  readonly kinship: Kinship
  /** The earlier sweeps of a seed. */
  readonly priorsOf: (seed: number) => Promise<readonly Prior[]>
}

/** A task of a family: 0 is the target, others lie that far from it. */
interface Family {
  readonly name: string
  readonly parameters: { readonly [name: string]: object }
  readonly minimum: number
  readonly target: Loss
  /** A task like the target. */
  readonly like: (rng: Rng) => Loss
  /** A task of the same space, drawn without regard to the target. */
  readonly unlike: (rng: Rng) => Loss
}

const KEYS = Array.from({ length: 6 }, (_, i) => `x${i}`)
const vector = (params: Params) => KEYS.map((key) => numberOf(params[key])!)
const cube = Object.fromEntries(KEYS.map((key) => [key, { distribution: 'uniform', min: 0, max: 1 }]))
const drawn = (rng: Rng, low: number, high: number) => low + (high - low) * rng.uniform()

/** Condition number 100. */
const bowl =
  (center: readonly number[]): Loss =>
  (params) =>
    vector(params).reduce((sum, x, i) => sum + 10 ** ((2 * i) / 5) * (x - center[i]!) ** 2, 0)
const CENTER = [0.3, 0.7, 0.45, 0.8, 0.25, 0.6]
const bowls: Family = {
  name: 'bowl6',
  parameters: cube,
  minimum: 0,
  target: bowl(CENTER),
  like: (rng) => bowl(CENTER.map((c) => c + drawn(rng, -0.1, 0.1))),
  unlike: (rng) => bowl(CENTER.map(() => rng.uniform())),
}

const HEIGHTS = [1, 1.2, 3, 3.2]
const STEEPNESS = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const PLACES = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
const hartmann =
  (heights: readonly number[], places: readonly (readonly number[])[]): Loss =>
  (params) => {
    const x = vector(params)
    return -heights.reduce(
      (sum, height, i) =>
        sum +
        height * Math.exp(-x.reduce((far, at, j) => far + STEEPNESS[i]![j]! * (at - places[i]![j]!) ** 2, 0)),
      0,
    )
  }
const hartmanns: Family = {
  name: 'hartmann6',
  parameters: cube,
  minimum: -3.3223680114155147,
  target: hartmann(HEIGHTS, PLACES),
  like: (rng) =>
    hartmann(
      HEIGHTS.map((height) => height * drawn(rng, 0.8, 1.2)),
      PLACES.map((place) => place.map((x) => x + drawn(rng, -0.05, 0.05))),
    ),
  unlike: (rng) =>
    hartmann(
      HEIGHTS,
      PLACES.map((place) => place.map(() => rng.uniform())),
    ),
}

/** What a data set makes best. */
interface Best {
  readonly lr: number
  readonly decay: number
  readonly layers: number
  readonly dropout: number
  readonly optimizer: string
  readonly scale: number
}
const training =
  (best: Best): Loss =>
  (params) => {
    const [lr, decay, layers, dropout] = [params.lr, params.decay, params.layers, params.dropout].map(
      (value) => numberOf(value)!,
    )
    const depth = (layers! - best.layers) / 5
    const adam = params.optimizer === best.optimizer ? 0 : 0.2
    const rate = Math.log10(lr!) - best.lr + 0.2 * depth + (params.optimizer === 'sgd' ? -1 : 0)
    const loss =
      adam +
      0.4 * Math.min(rate ** 2, 4) +
      0.02 * (Math.log10(decay!) - best.decay) ** 2 +
      0.2 * depth ** 2 +
      (dropout! - best.dropout) ** 2 * (1 + depth ** 2)
    return best.scale * loss
  }
const HOME: Best = { lr: -2.7, decay: -4, layers: 7, dropout: 0.35, optimizer: 'adam', scale: 1 }
const OPTIMIZERS = ['adam', 'sgd', 'lion']
const trainings: Family = {
  name: 'training',
  parameters: {
    lr: { distribution: 'log_uniform_values', min: 1e-6, max: 1 },
    decay: { distribution: 'log_uniform_values', min: 1e-7, max: 1e-1 },
    layers: { min: 1, max: 12 },
    dropout: { distribution: 'uniform', min: 0, max: 0.9 },
    optimizer: { values: OPTIMIZERS },
  },
  minimum: 0,
  target: training(HOME),
  like: (rng) =>
    training({
      lr: HOME.lr + drawn(rng, -0.5, 0.5),
      decay: HOME.decay + drawn(rng, -1, 1),
      layers: HOME.layers + rng.below(3) - 1,
      dropout: HOME.dropout + drawn(rng, -0.1, 0.1),
      optimizer: rng.uniform() < 0.75 ? 'adam' : OPTIMIZERS[rng.below(3)]!,
      scale: drawn(rng, 0.3, 3),
    }),
  unlike: (rng) =>
    training({
      lr: drawn(rng, -6, 0),
      decay: drawn(rng, -7, -1),
      layers: 1 + rng.below(12),
      dropout: drawn(rng, 0, 0.9),
      optimizer: OPTIMIZERS[rng.below(3)]!,
      scale: drawn(rng, 0.3, 3),
    }),
}

const SOURCES = 4
const SOURCE_TRIALS = 50
const TASK_STREAM = 0x7461

export const WARM_PROBLEMS: readonly WarmProblem[] = [bowls, hartmanns, trainings].flatMap((family) =>
  (['related', 'unrelated', 'adversarial'] as const).map((kinship) => problemOf(family, kinship)),
)

function problemOf(family: Family, kinship: Kinship): WarmProblem {
  const { name, parameters, minimum, target, like, unlike } = family
  const problem: SearchProblem = {
    name: `${name}, ${kinship}`,
    family: 'warm-start',
    parameters,
    budget: 40,
    minimum,
    unit: 1,
    loss: target,
  }
  return {
    ...problem,
    kinship,
    priorsOf: async (seed) => {
      const rng = rngOf(seed, TASK_STREAM)
      const priors: Prior[] = []
      for (let s = 0; s < SOURCES; s++) {
        const loss: Loss =
          kinship === 'related'
            ? like(rng)
            : kinship === 'unrelated'
              ? unlike(rng)
              : (params) => -target(params)
        const optimizer = chimneyOptimizer({ ...problem, loss }, 'tpe', 1_000 * (seed + 1) + s)
        for (let trial = 0; trial < SOURCE_TRIALS; trial++) {
          const params = await optimizer.suggest()
          priors.push({ params, loss: loss(params), source: `acme/earlier/${s}` })
          optimizer.observe([{ loss: loss(params), slacks: [] }])
        }
      }
      return priors
    },
  }
}
