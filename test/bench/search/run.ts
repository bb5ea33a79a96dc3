/**
 * `npm run bench -- search`: how good the search is. Own methods search functions and tables with seeds 0, 1, 2, …; what rivals came to
 * on the same ones, with the same seeds and budgets, is recorded (record.ts) and compared in pairs.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { withMeasured } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { medianOf } from './compare.ts'
import { keepOutcome, keptOutcome } from './own.ts'
import { type Compared, compared, renderSearch, type SearchRow } from './page.ts'
import { type Outcome, ownSearcher, play } from './play.ts'
import { inRounds, problemsNamed, type SearchProblem } from './problems.ts'
import { recordedOf } from './recorded.ts'

export const RIVALS = ['optuna-tpe', 'optuna-gp', 'wandb-bayes', 'ax', 'hebo']
const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url)
/** What is claimed is measured with thirty seeds; the other problems show whether it holds elsewhere. */
const SEEDS: { readonly [family: string]: number } = {
  yardstick: 30,
  hpolib: 30,
  hpobench: 30,
  nasbench201: 30,
}
const OTHER_SEEDS = 10
/** Problems that are searched with ten trials at a time too. */
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
      const usual = inRounds(found, parallel)
      const problem = options.budget > 0 ? { ...usual, budget: options.budget } : usual
      for (const method of methods) {
        const own = await ownRow(problem, parallel, method, seeds, options.recorded)
        if (own !== undefined) rows.push(shown(own))
      }
      if (options.budget > 0) continue // rivals are recorded with the problem's own budget
      for (const rival of RIVALS) {
        const recorded = recordedOf(rival)
        const outcomes = Array.from({ length: seeds }, (_, seed) => recorded.find(problem.name, seed))
        if (outcomes[0] !== undefined)
          rows.push(shown(row(problem, `${rival} (${recorded.version})`, outcomes)))
      }
    }
  }
  const figures = { rows, compared: compared(rows) }
  const text = renderSearch(figures.rows, figures.compared)
  console.log(text)
  if (options.write) await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), text, 'search'))
  return figures
}

async function ownRow(
  problem: SearchProblem,
  parallel: number,
  method: string,
  seeds: number,
  recorded: boolean,
): Promise<SearchRow | undefined> {
  const outcomes: Outcome[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const kept = keptOutcome(problem, method, seed)
    if (kept === undefined && recorded) break
    const outcome = kept ?? (await play(problem, parallel, ownSearcher(problem, method, seed)))
    if (kept === undefined) keepOutcome(problem, method, seed, outcome)
    outcomes.push(outcome)
  }
  return outcomes.length === 0 ? undefined : row(problem, method, outcomes)
}

function row(
  { name, family, budget }: SearchProblem,
  method: string,
  outcomes: readonly (Outcome | undefined)[],
): SearchRow {
  // Seeds are recorded in their order, so that what is there is a beginning.
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

function shown(one: SearchRow): SearchRow {
  const figure = (value: number) => value.toPrecision(2).padStart(8)
  const { problem, method, half, regrets, duplicates } = one
  console.log(
    `${problem.padEnd(24)} ${method.padEnd(28)} half ${figure(half)}  median ${figure(medianOf(regrets))}  worst ${figure(Math.max(...regrets))}  twice ${duplicates.toFixed(1)}  (${regrets.length} seeds)`,
  )
  return one
}
