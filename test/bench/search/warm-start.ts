/**
 * `npm run bench -- warm-start`: searches that begin with four earlier sweeps of 50 trials, against searches without them and with the best
 * trial of each enqueued.
 */
import type { Prior } from '@chimney/core/samplers/sampler'
import type { Params } from '@chimney/core/schema/params'
import { table } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { geometricMean, medianOf, wilcoxon } from './compare.ts'
import { chimneyOptimizer, type Optimizer } from './optimize.ts'
import { type Kinship, WARM_PROBLEMS, type WarmProblem } from './warm-start-problems.ts'

const SEEDS = 20
const AT = [5, 10, 20, 40]
const STARTS = ['warm', 'cold', 'enqueued'] as const
type Start = (typeof STARTS)[number]

/** Regrets after {@link AT} trials, by seed. */
export interface WarmRow {
  readonly problem: string
  readonly kinship: Kinship
  readonly method: string
  readonly start: Start
  readonly regrets: readonly (readonly number[])[]
}

/** Regrets below this count as equal. */
const FLOOR = 1e-6

export async function runWarmStart(options: BenchOptions): Promise<readonly WarmRow[]> {
  const methods = options.methods === '' ? ['bayes', 'tpe'] : options.methods.split(',')
  const wanted = options.problems.split(',')
  const rows: WarmRow[] = []
  for (const problem of WARM_PROBLEMS) {
    if (options.problems !== '' && !wanted.some((part) => problem.name.includes(part))) continue
    for (const method of methods) {
      const regrets: Record<Start, number[][]> = { warm: [], cold: [], enqueued: [] }
      for (let seed = 0; seed < (options.seeds || SEEDS); seed++) {
        const priors = await problem.priorsOf(seed)
        for (const start of STARTS) regrets[start].push(await searched(problem, method, seed, start, priors))
      }
      for (const start of STARTS) {
        const row = {
          problem: problem.name,
          kinship: problem.kinship,
          method,
          start,
          regrets: regrets[start],
        }
        const medians = AT.map((_, i) => figure(medianOf(row.regrets.map((one) => one[i]!))).padStart(8))
        console.log(`${problem.name.padEnd(24)} ${method.padEnd(6)} ${start.padEnd(9)} ${medians.join(' ')}`)
        rows.push(row)
      }
    }
  }
  const text = render(rows)
  console.log(text)
  return rows
}

async function searched(
  problem: WarmProblem,
  method: string,
  seed: number,
  start: Start,
  priors: readonly Prior[],
): Promise<number[]> {
  const optimizer: Optimizer = chimneyOptimizer(problem, method, seed, start === 'warm' ? priors : [])
  const enqueued: Params[] = start === 'enqueued' ? bestOfEach(priors) : []
  const regrets: number[] = []
  let best = Number.POSITIVE_INFINITY
  for (let trial = 0; trial < problem.budget; trial++) {
    const params = await optimizer.suggest(enqueued[trial])
    const loss = problem.loss(params)
    optimizer.observe([{ loss, slacks: [] }])
    best = Math.min(best, loss)
    if (AT.includes(trial + 1)) regrets.push(Math.max(FLOOR, best - problem.minimum))
  }
  return regrets
}

function bestOfEach(priors: readonly Prior[]): Params[] {
  const best = new Map<string, Prior>()
  for (const prior of priors)
    if (!(prior.loss >= (best.get(prior.source!)?.loss ?? Number.POSITIVE_INFINITY)))
      best.set(prior.source!, prior)
  return [...best.values()].map(({ params }) => params)
}

const figure = (value: number) =>
  value < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(2)))

function render(rows: readonly WarmRow[]): string {
  const problems = [...new Set(rows.map(({ problem }) => problem))]
  const methods = [...new Set(rows.map(({ method }) => method))]
  const found = (problem: string, method: string, start: Start) =>
    rows.find((row) => row.problem === problem && row.method === method && row.start === start)!
  const at = (row: WarmRow, i: number) => row.regrets.map((one) => one[i]!)
  const cells = problems.flatMap((problem) =>
    methods.map((method) => [
      problem,
      method,
      ...AT.map((_, i) =>
        STARTS.map((start) => figure(medianOf(at(found(problem, method, start), i)))).join(' / '),
      ),
    ]),
  )
  const kinds = [...new Set(rows.map(({ kinship }) => kinship))]
  const ratios = kinds.flatMap((kinship) =>
    methods.map((method) => {
      const own = problems.filter((problem) => found(problem, method, 'warm').kinship === kinship)
      const against = (other: Start) =>
        AT.map((_, i) => {
          const each = own.map((problem) => {
            const [warm, theirs] = [
              at(found(problem, method, 'warm'), i),
              at(found(problem, method, other), i),
            ]
            return { ratio: medianOf(warm) / medianOf(theirs), worse: wilcoxon(warm, theirs) < 0.05 }
          })
          const worse = each.filter(({ ratio, worse }) => worse && ratio > 1).length
          return `${figure(geometricMean(each.map(({ ratio }) => ratio)))}${worse > 0 ? ` (${worse} worse)` : ''}`
        }).join(', ')
      return [kinship, method, against('cold'), against('enqueued')]
    }),
  )
  const ats = AT.join(', ')
  const seeds = rows[0]!.regrets.length
  return [
    '',
    table(
      ['Earlier sweeps', 'Method', `To no warm start, at ${ats}`, `To enqueueing their best, at ${ats}`],
      ratios,
    ),
    table(['Problem', 'Method', ...AT.map((trials) => `At ${trials}: warm / cold / enqueued`)], cells),
    `${seeds} seeds.\n`,
  ].join('\n')
}
