/** Design problems with constraints on results, as engineers and users of hyperparameter sweeps have them. */
import { numberOf } from '@chimney/core/schema/json'
import type { Params } from '@chimney/core/schema/params'
import type { SearchProblem } from './problems.ts'

type Numbers = readonly number[]
/** [minimum, maximum]; `whole` for integers. */
type Ends = readonly [number, number] | readonly [number, number, 'whole']

/** `slacks` are at most 0 where all constraints hold. */
function constrained(
  name: string,
  budget: number,
  minimum: number,
  ends: { readonly [parameter: string]: Ends },
  loss: (x: Numbers) => number,
  slacks: (x: Numbers) => Numbers,
): SearchProblem {
  const keys = Object.keys(ends)
  const numbers = (params: Params) => keys.map((key) => numberOf(params[key])!)
  return {
    name,
    family: 'constrained',
    budget,
    minimum,
    unit: 1,
    parameters: Object.fromEntries(
      keys.map((key) => {
        const [min, max, whole] = ends[key]!
        return [key, { distribution: whole ? 'int_uniform' : 'uniform', min, max }]
      }),
    ),
    loss: (params) => loss(numbers(params)),
    slacks: (params) => slacks(numbers(params)),
  }
}

/** Gramacy et al. 2016, "Modeling an augmented Lagrangian for blackbox constrained optimization", §2. */
const gramacy2 = constrained(
  'gramacy2',
  60,
  0.599788,
  { a: [0, 1], b: [0, 1] },
  ([a, b]) => a! + b!,
  ([a, b]) => [1.5 - a! - 2 * b! - 0.5 * Math.sin(2 * Math.PI * (a! * a! - 2 * b!)), a! * a! + b! * b! - 1.5],
)

/** Gardner et al. 2014, "Bayesian optimization with inequality constraints", §4.1: small feasible islands. */
const gardner2 = constrained(
  'gardner2',
  60,
  0.2532358975,
  { x: [0, 6], y: [0, 6] },
  ([x, y]) => Math.sin(x!) + y!,
  ([x, y]) => [Math.sin(x!) * Math.sin(y!) + 0.95],
)

/**
 * Pressure vessel: Sandgren 1990, "Nonlinear integer and discrete programming in mechanical design optimization"; thickness in sixteenths of
 * an inch.
 */
const vessel4 = constrained(
  'vessel4',
  100,
  6059.714335,
  { shell: [1, 99, 'whole'], head: [1, 99, 'whole'], radius: [10, 200], length: [10, 200] },
  ([shell, head, r, l]) => {
    const [s, h] = [0.0625 * shell!, 0.0625 * head!]
    return 0.6224 * s * r! * l! + 1.7781 * h * r! * r! + 3.1661 * s * s * l! + 19.84 * s * s * r!
  },
  ([shell, head, r, l]) => [
    0.0193 * r! - 0.0625 * shell!,
    0.00954 * r! - 0.0625 * head!,
    1_296_000 - Math.PI * r! * r! * l! - (4 / 3) * Math.PI * r! ** 3,
  ],
)

/** Welded beam: Rao 1996, "Engineering optimization", as in Coello Coello 2000, "Use of a self-adaptive penalty approach". */
const beam4 = constrained(
  'beam4',
  100,
  1.724852,
  { h: [0.1, 2], l: [0.1, 10], t: [0.1, 10], b: [0.1, 2] },
  ([h, l, t, b]) => 1.10471 * h! * h! * l! + 0.04811 * t! * b! * (14 + l!),
  ([h, l, t, b]) => {
    const [p, length, e, g] = [6000, 14, 30e6, 12e6]
    const moment = p * (length + l! / 2)
    const r = Math.sqrt((l! * l!) / 4 + ((h! + t!) / 2) ** 2)
    const j = 2 * Math.SQRT2 * h! * l! * ((l! * l!) / 12 + ((h! + t!) / 2) ** 2)
    const primary = p / (Math.SQRT2 * h! * l!)
    const secondary = (moment * r) / j
    const shear = Math.sqrt(primary ** 2 + (primary * secondary * l!) / r + secondary ** 2)
    const bending = (6 * p * length) / (b! * t! * t!)
    const deflection = (4 * p * length ** 3) / (e * t! ** 3 * b!)
    const buckling =
      ((4.013 * e * Math.sqrt((t! ** 2 * b! ** 6) / 36)) / length ** 2) *
      (1 - (t! / (2 * length)) * Math.sqrt(e / (4 * g)))
    return [shear - 13_600, bending - 30_000, h! - b!, deflection - 0.25, p - buckling]
  },
)

/** Tension spring with a whole number of coils: Arora 1989, "Introduction to optimum design", in the form of Coello Coello 2000. */
const spring3 = constrained(
  'spring3',
  80,
  0.012665,
  { wire: [0.05, 2], coil: [0.25, 1.3], coils: [2, 15, 'whole'] },
  ([d, c, n]) => (n! + 2) * c! * d! * d!,
  ([d, c, n]) => [
    1 - (c! ** 3 * n!) / (71_785 * d! ** 4),
    (4 * c! * c! - d! * c!) / (12_566 * (c! * d! ** 3 - d! ** 4)) + 1 / (5108 * d! * d!) - 1,
    1 - (140.45 * d!) / (c! * c! * n!),
    (c! + d!) / 1.5 - 1,
  ],
)

/** Speed reducer, 11 constraints: Golinski 1973, in the form of Mezura-Montes & Coello Coello 2005. */
const reducer7 = constrained(
  'reducer7',
  100,
  2994.471066,
  {
    face: [2.6, 3.6],
    module: [0.7, 0.8],
    teeth: [17, 28, 'whole'],
    first: [7.3, 8.3],
    second: [7.3, 8.3],
    thin: [2.9, 3.9],
    thick: [5, 5.5],
  },
  ([a, b, c, d, e, f, g]) =>
    0.7854 * a! * b! * b! * (3.3333 * c! * c! + 14.9334 * c! - 43.0934) -
    1.508 * a! * (f! * f! + g! * g!) +
    7.4777 * (f! ** 3 + g! ** 3) +
    0.7854 * (d! * f! * f! + e! * g! * g!),
  ([a, b, c, d, e, f, g]) => [
    27 / (a! * b! * b! * c!) - 1,
    397.5 / (a! * b! * b! * c! * c!) - 1,
    (1.93 * d! ** 3) / (b! * c! * f! ** 4) - 1,
    (1.93 * e! ** 3) / (b! * c! * g! ** 4) - 1,
    Math.sqrt(((745 * d!) / (b! * c!)) ** 2 + 16.9e6) / (110 * f! ** 3) - 1,
    Math.sqrt(((745 * e!) / (b! * c!)) ** 2 + 157.5e6) / (85 * g! ** 3) - 1,
    (b! * c!) / 40 - 1,
    (5 * b!) / a! - 1,
    a! / (12 * b!) - 1,
    (1.5 * f! + 1.9) / d! - 1,
    (1.1 * g! + 1.9) / e! - 1,
  ],
)

/** Three-bar truss: Nowacki 1974, in the form of Ray & Saini 2001. */
const truss2 = constrained(
  'truss2',
  60,
  263.895843,
  { outer: [0, 1], middle: [0, 1] },
  ([a, b]) => (2 * Math.SQRT2 * a! + b!) * 100,
  ([a, b]) => {
    const wide = Math.SQRT2 * a! * a! + 2 * a! * b! + 1e-9
    return [
      ((Math.SQRT2 * a! + b!) / wide) * 2 - 2,
      (b! / wide) * 2 - 2,
      (1 / (Math.SQRT2 * b! + a! + 1e-9)) * 2 - 2,
    ]
  },
)

/** Himmelblau 1972, G4 of Koziel & Michalewicz 1999, "Evolutionary algorithms, homomorphous mappings, and constrained parameter optimization". */
const himmelblau5 = constrained(
  'himmelblau5',
  80,
  -30_665.5387,
  { a: [78, 102], b: [33, 45], c: [27, 45], d: [27, 45], e: [27, 45] },
  ([a, _, c, __, e]) => 5.3578547 * c! * c! + 0.8356891 * a! * e! + 37.293239 * a! - 40_792.141,
  ([a, b, c, d, e]) => {
    const u = 85.334407 + 0.0056858 * b! * e! + 0.0006262 * a! * d! - 0.0022053 * c! * e!
    const v = 80.51249 + 0.0071317 * b! * e! + 0.0029955 * a! * b! + 0.0021813 * c! * c!
    const w = 9.300961 + 0.0047026 * c! * e! + 0.0012547 * a! * c! + 0.0019085 * c! * d!
    return [u - 92, -u, v - 110, 90 - v, w - 25, 20 - w]
  },
)

/** A training whose model must be small enough and answer in time: error against width, depth and precision, in mixed units. */
const deploy5: SearchProblem = {
  name: 'deploy5',
  family: 'constrained',
  budget: 80,
  minimum: 0.12588,
  unit: 1,
  parameters: {
    lr: { distribution: 'log_uniform_values', min: 1e-5, max: 1 },
    width: { min: 16, max: 1024 },
    depth: { min: 1, max: 24 },
    activation: { values: ['relu', 'gelu', 'silu'] },
    dropout: { distribution: 'uniform', min: 0, max: 0.7 },
  },
  ...deployed(),
}

function deployed(): Pick<SearchProblem, 'loss' | 'slacks'> {
  const read = (params: Params) => ({
    lr: numberOf(params.lr)!,
    width: numberOf(params.width)!,
    depth: numberOf(params.depth)!,
    dropout: numberOf(params.dropout)!,
    cost: { relu: 1, gelu: 1.35, silu: 1.2 }[params.activation as string]!,
    gain: { relu: 0, gelu: 0.012, silu: 0.008 }[params.activation as string]!,
  })
  return {
    loss: (params) => {
      const { lr, width, depth, dropout, gain } = read(params)
      const best = -5.5 - 0.25 * Math.log2(depth)
      return (
        0.05 +
        0.35 / Math.sqrt(width / 16) +
        0.12 / depth -
        gain +
        0.015 * (Math.log(lr) - best) ** 2 +
        0.2 * (dropout - 0.1 - 0.05 * Math.log2(width / 16)) ** 2
      )
    },
    slacks: (params) => {
      const { width, depth, cost } = read(params)
      const size = width * width * depth
      const ms = 0.4 + 0.9 * depth * cost + size * 2e-6
      return [size - 1.5e6, ms - 8]
    },
  }
}

export const CONSTRAINED: readonly SearchProblem[] = [
  gramacy2,
  gardner2,
  vessel4,
  beam4,
  spring3,
  reducer7,
  truss2,
  himmelblau5,
  deploy5,
]
