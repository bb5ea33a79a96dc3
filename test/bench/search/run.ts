/**
 * `npm run bench -- search`: search quality. Chimney's methods run on functions and tables with seeds 0, 1, 2, …. The recorded
 * outcomes of the baselines (record-baselines.ts) have the same problems, seeds and budgets, and are compared in pairs.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { withMeasured } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { medianOf } from './compare.ts'
import { chimneyOptimizer, type Outcome, optimize } from './optimize.ts'
import { cachedOutcome, cacheOutcome } from './outcome-cache.ts'
import { type Compared, compared, renderSearch, type SearchRow } from './page.ts'
import type { SearchProblem } from './problem.ts'
import { inBatches, problemsNamed } from './problems.ts'
import { recordedOf } from './recorded-baselines.ts'

export const BASELINES = ['optuna-tpe', 'optuna-gp', 'optuna-cmaes', 'wandb-bayes', 'ax', 'hebo']
const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url)
/** Claims are measured with 30 seeds; the other problems show whether they generalize. */
const SEEDS: { readonly [family: string]: number } = {
  main: 30,
  hpolib: 30,
  hpobench: 30,
  nasbench201: 30,
}
const OTHER_SEEDS = 10
/** Problems that are also searched with ten trials at a time. */
const PARALLEL = ['branin', 'hartmann6', 'rosen4', 'levy5']

export interface SearchFigures {
  readonly rows: readonly SearchRow[]
  readonly compared: readonly Compared[]
}

export async function runSearch(options: BenchOptions): Promise<SearchFigures> {
  const methods = options.methods === '' ? ['bayes'] : options.methods.split(',')
  const rows: SearchRow[] = []
  for (const found of problemsNamed(options.problems)) {
    const seeds = options.seeds || (SEEDS[found.family] ?? OTHER_SEEDS)
    for (const parallel of PARALLEL.includes(found.name) ? [1, 10] : [1]) {
      const batched = inBatches(found, parallel)
      const problem = options.budget > 0 ? { ...batched, budget: options.budget } : batched
      for (const method of methods) {
        const row = await chimneyRow(problem, parallel, method, seeds, options.recorded)
        if (row !== undefined) rows.push(printed(row))
      }
      if (options.budget > 0) continue // baselines are recorded with the problem's own budget
      for (const baseline of BASELINES) {
        const recorded = recordedOf(baseline)
        const outcomes = Array.from({ length: seeds }, (_, seed) => recorded.find(problem.name, seed))
        if (outcomes[0] !== undefined)
          rows.push(printed(rowOf(problem, `${baseline} (${recorded.version})`, outcomes)))
      }
    }
  }
  const figures = { rows, compared: compared(rows) }
  const text = renderSearch(figures.rows, figures.compared)
  console.log(text)
  if (options.write) await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), text, 'search'))
  return figures
}

async function chimneyRow(
  problem: SearchProblem,
  parallel: number,
  method: string,
  seeds: number,
  recorded: boolean,
): Promise<SearchRow | undefined> {
  const outcomes: Outcome[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const kept = cachedOutcome(problem, method, seed)
    if (kept === undefined && recorded) break
    const outcome = kept ?? (await optimize(problem, parallel, chimneyOptimizer(problem, method, seed), seed))
    if (kept === undefined) cacheOutcome(problem, method, seed, outcome)
    outcomes.push(outcome)
  }
  return outcomes.length === 0 ? undefined : rowOf(problem, method, outcomes)
}

function rowOf(
  { name, family, budget }: SearchProblem,
  method: string,
  outcomes: readonly (Outcome | undefined)[],
): SearchRow {
  // Seeds are recorded in order, so that missing ones are at the end.
  const missing = outcomes.indexOf(undefined)
  const known = (missing < 0 ? outcomes : outcomes.slice(0, missing)) as readonly Outcome[]
  const regrets = known.map(({ regret }) => regret)
  return {
    problem: name,
    family,
    budget,
    method,
    half: medianOf(known.map(({ half }) => half)),
    regrets,
    duplicates: known.reduce((sum, { duplicates }) => sum + duplicates / known.length, 0),
  }
}

function printed(row: SearchRow): SearchRow {
  const figure = (value: number) => value.toPrecision(2).padStart(8)
  const { problem, method, half, regrets, duplicates } = row
  console.log(
    `${problem.padEnd(24)} ${method.padEnd(28)} half ${figure(half)}  median ${figure(medianOf(regrets))}  worst ${figure(Math.max(...regrets))}  twice ${duplicates.toFixed(1)}  (${regrets.length} seeds)`,
  )
  return row
}
