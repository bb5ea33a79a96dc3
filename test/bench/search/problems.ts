/** Test functions and tables of recorded trainings, each with its known minimum. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { numberOf } from '@chimney/core/schema/json'
import { CONSTRAINED } from './constrained-problems.ts'
import { LONG } from './long-problems.ts'
import type { SearchProblem } from './problem.ts'

type Formula = (x: readonly number[]) => number

const names = (count: number) => Array.from({ length: count }, (_, i) => `x${String(i).padStart(2, '0')}`)

function formula(
  family: string,
  name: string,
  f: Formula,
  box: readonly (readonly [number, number])[],
  budget: number,
  minimum: number,
): SearchProblem {
  const keys = names(box.length)
  return {
    name,
    family,
    budget,
    minimum,
    unit: 1,
    parameters: Object.fromEntries(
      keys.map((key, i) => [key, { distribution: 'uniform', min: box[i]![0], max: box[i]![1] }]),
    ),
    loss: (params) => f(keys.map((key) => numberOf(params[key])!)),
  }
}

const cube = (count: number, low: number, high: number): [number, number][] =>
  Array.from({ length: count }, () => [low, high])
const sum = (count: number, term: (i: number) => number) => {
  let total = 0
  for (let i = 0; i < count; i++) total += term(i)
  return total
}

const branin: Formula = ([x, y]) =>
  (y! - (5.1 / (4 * Math.PI ** 2)) * x! ** 2 + (5 / Math.PI) * x! - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x!) +
  10

const hartmann =
  (a: number[][], p: number[][]): Formula =>
  (x) =>
    -sum(
      4,
      (i) =>
        [1, 1.2, 3, 3.2][i]! * Math.exp(-sum(x.length, (j) => a[i]![j]! * (x[j]! - p[i]![j]! * 1e-4) ** 2)),
    )

const hartmann3 = hartmann(
  [
    [3, 10, 30],
    [0.1, 10, 35],
    [3, 10, 30],
    [0.1, 10, 35],
  ],
  [
    [3689, 1170, 2673],
    [4699, 4387, 7470],
    [1091, 8732, 5547],
    [381, 5743, 8828],
  ],
)
const hartmann6 = hartmann(
  [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
  ],
)
const ackley: Formula = (x) =>
  20 +
  Math.E -
  20 * Math.exp(-0.2 * Math.sqrt(sum(x.length, (i) => x[i]! ** 2) / x.length)) -
  Math.exp(sum(x.length, (i) => Math.cos(2 * Math.PI * x[i]!)) / x.length)
const rosenbrock: Formula = (x) =>
  sum(x.length - 1, (i) => 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2)
const levy: Formula = (x) => {
  const w = x.map((value) => 1 + (value - 1) / 4)
  const last = w[w.length - 1]!
  return (
    Math.sin(Math.PI * w[0]!) ** 2 +
    sum(w.length - 1, (i) => (w[i]! - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * w[i]! + 1) ** 2)) +
    (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2)
  )
}
const styblinski: Formula = (x) => sum(x.length, (i) => (x[i]! ** 4 - 16 * x[i]! ** 2 + 5 * x[i]!) / 2)
const rastrigin: Formula = (x) =>
  sum(x.length, (i) => (x[i]! - 0.7) ** 2 - 10 * Math.cos(2 * Math.PI * (x[i]! - 0.7)) + 10)
/** Condition number 1,000. */
const ellipsoid: Formula = (x) =>
  sum(x.length, (i) => 10 ** ((3 * i) / (x.length - 1)) * (x[i]! - 0.3 * i + 0.5) ** 2)
const sixHumpCamel: Formula = ([x, y]) =>
  (4 - 2.1 * x! ** 2 + x! ** 4 / 3) * x! ** 2 + x! * y! + (-4 + 4 * y! ** 2) * y! ** 2
/** Only two dimensions matter. */
const embedded: Formula = (x) => branin([15 * x[3]! - 5, 15 * x[11]!])

/** The functions that the claims in `docs/benchmarks.md` are about. */
const MAIN: readonly SearchProblem[] = [
  formula(
    'main',
    'branin',
    branin,
    [
      [-5, 10],
      [0, 15],
    ],
    50,
    0.39788735772973816,
  ),
  formula('main', 'hartmann3', hartmann3, cube(3, 0, 1), 50, -3.8627797873326655),
  formula('main', 'hartmann6', hartmann6, cube(6, 0, 1), 100, -3.3223680114155147),
  formula('main', 'ackley5', ackley, cube(5, -16.384, 32.768), 100, 0),
  formula('main', 'rosen4', rosenbrock, cube(4, -5, 10), 100, 0),
  formula('main', 'levy5', levy, cube(5, -10, 10), 100, 0),
]

/** Depends on the logarithms of parameters that are searched on a linear scale: a config without the log scale it needs. */
const skewed: Formula = (x) => sum(4, (i) => (Math.log10(x[i]! + 1e-4) - (i - 6) / 2) ** 2)

/** Guards against tuning to the main functions. */
const EXTRA: readonly SearchProblem[] = [
  formula(
    'extra',
    'camel',
    sixHumpCamel,
    [
      [-3, 3],
      [-2, 2],
    ],
    40,
    -1.0316284534898774,
  ),
  formula('extra', 'styblinski6', styblinski, cube(6, -5, 5), 100, -39.16616570377142 * 6),
  formula('extra', 'rastrigin4', rastrigin, cube(4, -4.12, 6.12), 100, 0),
  formula('extra', 'ellipsoid8', ellipsoid, cube(8, -4, 6), 100, 0),
  formula('extra', 'skewed4', skewed, cube(4, 0, 1), 100, 0),
  formula('extra', 'branin20', embedded, cube(20, 0, 1), 80, 0.39788735772973816),
  mixed(),
]

/** Low, medium and high: the highest is about the deviation of random draws, a third of it for `mixed`. */
const NOISE = [
  { base: 'hartmann6', deviations: [0.03, 0.1, 0.3] },
  { base: 'styblinski6', deviations: [8, 25, 75] },
  { base: 'mixed', deviations: [0.06, 0.2, 0.6] },
]
const NOISY: readonly SearchProblem[] = NOISE.flatMap(({ base, deviations }) => {
  const problem = [...MAIN, ...EXTRA].find(({ name }) => name === base)!
  return deviations.map((noise) => ({ ...problem, name: `${base}, noise ${noise}`, family: 'noisy', noise }))
})

/** A synthetic training: learning rate on a log scale, layers, an optimizer with a conditional parameter, a parameter without effect. */
function mixed(): SearchProblem {
  return {
    name: 'mixed',
    family: 'extra',
    budget: 60,
    minimum: 0,
    unit: 1,
    parameters: {
      lr: { distribution: 'log_uniform_values', min: 1e-6, max: 1 },
      layers: { min: 1, max: 12 },
      optimizer: { values: ['adam', 'sgd', 'lion', 'rmsprop'] },
      momentum: { distribution: 'uniform', min: 0, max: 0.999, when: { optimizer: ['sgd', 'rmsprop'] } },
      dropout: { distribution: 'q_uniform', min: 0, max: 0.8, q: 0.05 },
      noise: { distribution: 'uniform', min: 0, max: 1 },
    },
    loss: (params) => {
      const [lr, layers, dropout] = [
        numberOf(params.lr)!,
        numberOf(params.layers)!,
        numberOf(params.dropout)!,
      ]
      const momentum = params.momentum === undefined ? undefined : numberOf(params.momentum)!
      const best = { adam: -7, sgd: -3.5, lion: -8.5, rmsprop: -6 }[params.optimizer as string]!
      const base = { adam: 0.1, sgd: 0, lion: 0.25, rmsprop: 0.3 }[params.optimizer as string]!
      const depth = ((layers - 7) / 5) ** 2
      return (
        base +
        0.08 * (Math.log(lr) - best + 0.1 * (layers - 7)) ** 2 +
        0.2 * depth +
        (dropout - 0.35) ** 2 * (1 + depth) +
        (momentum === undefined ? 0 : 3 * (momentum - 0.9) ** 2)
      )
    },
  }
}

/** The folder to which tables.py writes. */
export const TABLES = fileURLToPath(new URL('../results/tables', import.meta.url))

/** The tables of tables.py; none when the folder does not exist. */
function tables(folder: string): readonly SearchProblem[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => table(file.slice(0, -5), JSON.parse(readFileSync(join(folder, file), 'utf8'))))
}

function table(
  name: string,
  content: { family: string; parameters: { [name: string]: (string | number)[] }; losses: number[] },
): SearchProblem {
  const { family, parameters, losses } = content
  const sorted = Float64Array.from(losses).sort()
  const minimum = sorted[0]!
  const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
  const entries = Object.entries(parameters)
  return {
    name,
    family,
    budget: 100,
    minimum,
    unit: middle - minimum,
    parameters: Object.fromEntries(entries.map(([key, values]) => [key, { values }])),
    loss: (params) => {
      let cell = 0
      for (const [key, values] of entries) {
        const value = params[key]!
        cell = cell * values.length + values.findIndex((one) => one === (numberOf(value) ?? value))
      }
      return losses[cell]!
    },
  }
}

/** The problem searched with `parallel` trials at a time. Parallel searches have 100 trials, so that there are several batches. */
export const inBatches = (problem: SearchProblem, parallel: number): SearchProblem =>
  parallel === 1 ? problem : { ...problem, name: `${problem.name}, ${parallel} running`, budget: 100 }

/** The problems whose name or family is in the comma-separated list; all when it is empty. */
export function problemsNamed(list = '', folder = TABLES): readonly SearchProblem[] {
  const wanted = list.split(',').filter((name) => name !== '')
  const all = [...MAIN, ...EXTRA, ...CONSTRAINED, ...LONG, ...NOISY, ...tables(folder)]
  const unknown = wanted.filter((one) => !all.some(({ name, family }) => one === name || one === family))
  if (unknown.length > 0)
    throw new Error(
      `unknown problem or family ${unknown.join(', ')}; problems of tables need the output of tables.py`,
    )
  return wanted.length === 0
    ? all
    : all.filter(({ name, family }) => wanted.includes(name) || wanted.includes(family))
}
