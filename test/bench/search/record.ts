/**
 * Lets rivals search, in the order of the seeds, and keeps what comes of it in rivals/*.json; what is there is not done again. It takes
 * hours and may be ended at any time.
 *
 *   python3 -m venv .venv && .venv/bin/pip install -r test/bench/search/requirements.txt
 *   .venv/bin/pip install --no-deps -r test/bench/search/requirements-hebo.txt
 *   npx tsx test/bench/search/record.ts [--rivals optuna-tpe,optuna-gp,wandb-bayes,ax,hebo] [--problems yardstick,car] [--seeds 30] [--parallel 1]
 */
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { inRounds, problemsNamed } from './problems.ts'
import { recordedOf } from './recorded.ts'
import { startRivals } from './rivals.ts'

const { values } = parseArgs({
  options: {
    rivals: { type: 'string', default: 'optuna-tpe,optuna-gp,wandb-bayes,ax,hebo' },
    problems: { type: 'string', default: '' },
    seeds: { type: 'string', default: '30' },
    parallel: { type: 'string', default: '1' },
    tables: { type: 'string' },
  },
})
const rivals = await startRivals()
if (rivals === undefined)
  throw new Error('there is no .venv with the rivals; the head of this file says how to make it')
mkdirSync(new URL('rivals/', import.meta.url), { recursive: true })
const parallel = Number(values.parallel)
for (let seed = 0; seed < Number(values.seeds); seed++) {
  for (const found of problemsNamed(values.problems, values.tables)) {
    const problem = inRounds(found, parallel)
    for (const rival of values.rivals.split(',')) {
      const version = rivals.versions[rival]
      if (version === undefined) throw new Error(`${rival} is not installed in .venv`)
      const recorded = recordedOf(rival, version)
      if (recorded.find(problem.name, seed) !== undefined) continue
      const outcome = await rivals.search(rival, problem, seed, parallel)
      // Read anew: another process may have recorded something meanwhile.
      recordedOf(rival, version).keep(problem.name, seed, outcome)
      console.log(`${rival} ${problem.name} seed ${seed}: ${outcome.regret.toPrecision(3)}`)
    }
  }
}
rivals.close()
