/**
 * Runs the baselines and records their outcomes in baselines/*.json. Takes hours; an interrupted run continues where it stopped.
 *
 *   python3 -m venv .venv && .venv/bin/pip install -r test/bench/search/requirements.txt
 *   .venv/bin/pip install --no-deps -r test/bench/search/requirements-hebo.txt
 *   npx tsx test/bench/search/record-baselines.ts [--baselines optuna-tpe,optuna-gp,optuna-cmaes,wandb-bayes,ax,hebo] [--problems main,car] [--seeds 30] [--parallel 1]
 */
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startBaselines } from './baselines.ts'
import { inBatches, problemsNamed } from './problems.ts'
import { recordedOf } from './recorded-baselines.ts'

const { values } = parseArgs({
  options: {
    baselines: { type: 'string', default: 'optuna-tpe,optuna-gp,optuna-cmaes,wandb-bayes,ax,hebo' },
    problems: { type: 'string', default: '' },
    seeds: { type: 'string', default: '30' },
    parallel: { type: 'string', default: '1' },
    tables: { type: 'string' },
  },
})
const baselines = await startBaselines()
if (baselines === undefined)
  throw new Error('.venv does not exist; the comment at the top of this file says how to create it')
mkdirSync(new URL('baselines/', import.meta.url), { recursive: true })
const parallel = Number(values.parallel)
for (let seed = 0; seed < Number(values.seeds); seed++) {
  for (const found of problemsNamed(values.problems, values.tables)) {
    const problem = inBatches(found, parallel)
    for (const baseline of values.baselines.split(',')) {
      const version = baselines.versions[baseline]
      if (version === undefined) throw new Error(`${baseline} is not installed in .venv`)
      const recorded = recordedOf(baseline, version)
      if (recorded.find(problem.name, seed) !== undefined) continue
      const outcome = await baselines.search(baseline, problem, seed, parallel)
      // Read again: another process may have recorded outcomes meanwhile.
      recordedOf(baseline, version).keep(problem.name, seed, outcome)
      console.log(`${baseline} ${problem.name} seed ${seed}: ${outcome.regret.toPrecision(3)}`)
    }
  }
}
baselines.close()
