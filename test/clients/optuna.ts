import assert from 'node:assert/strict'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { chimney } from '@chimney/sdk'
import { command } from './command.ts'

const STUDY = fileURLToPath(new URL('python/study.py', import.meta.url))
const CHIMNEY = fileURLToPath(new URL('../../packages/sdk/bin/chimney.js', import.meta.url))
const STATES: Readonly<Record<string, string>> = { COMPLETE: 'finished', PRUNED: 'stopped', FAIL: 'failed' }

interface Trial {
  readonly state: string
  readonly params: Readonly<Record<string, unknown>>
  readonly values: Readonly<Record<string, number>>
  readonly points: Readonly<Record<string, number>>
  readonly seconds: number
}

export interface OptunaCheck {
  readonly python: string
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

/** Studies that Optuna wrote, each kind of storage, imported and compared trial by trial; imported again, they change nothing. */
export async function importOptuna({ python, folder, env }: OptunaCheck): Promise<string> {
  const kinds = { journal: join(folder, 'studies.log'), sqlite: `sqlite:///${join(folder, 'studies.db')}` }
  let compared = 0
  for (const [kind, storage] of Object.entries(kinds)) {
    const studies: Record<string, Trial[]> = JSON.parse(
      await command([python, '-W', 'ignore', STUDY, storage]),
    )
    const words = ['import', 'optuna', storage, '--project', `optuna-${kind}`, '--python', python, '--json']
    const run = async () => JSON.parse(await command([process.execPath, CHIMNEY, ...words], { env }))
    const imported = await run()
    assert.deepEqual(
      imported.map(({ trials, skipped }: { trials: number; skipped: object }) => [trials, skipped]),
      [
        [studies.digits!.length, { waiting: 1 }],
        [studies.two!.length, {}],
      ],
    )
    for (const [at, trials] of Object.values(studies).entries())
      compared += await compare(imported[at].path, trials, env)
    const again = await run()
    assert.deepEqual(
      again.map(({ path, isNew }: { path: string; isNew: boolean }) => [path, isNew]),
      imported.map(({ path }: { path: string }) => [path, false]),
    )
  }
  return `${compared} trials of ${Object.keys(kinds).length} storages are equal`
}

async function compare(
  path: string,
  wanted: readonly Trial[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const client = chimney({ url: env.CHIMNEY_URL!, key: env.CHIMNEY_API_KEY! })
  const project = path.slice(0, path.lastIndexOf('/'))
  const trials: TrialBody[] = []
  for await (const trial of client.trials(path)) trials.push(trial)
  assert.equal(trials.length, wanted.length)
  for (const [i, trial] of trials.entries()) {
    const { state, params, values, points, seconds } = wanted[i]!
    assert.equal(trial.state, STATES[state])
    assert.deepEqual(trial.params, params)
    const all = Object.values(values)
    if (state === 'COMPLETE') assert.deepEqual(trial.values ?? [trial.value], all)
    const took = (Date.parse(trial.ended_at!) - Date.parse(trial.started_at!)) / 1000
    assert.ok(Math.abs(took - seconds) < 0.002, `trial ${i} took ${took} s, not ${seconds}`)
    // A request for each run takes most of the time.
    if (i % 4 > 0) continue
    const rows = await client.history(`${project}/${trial.run}`)
    const finite = rows.filter(({ value }) => typeof value === 'number' && Number.isFinite(value))
    assert.deepEqual(Object.fromEntries(finite.map((row) => [row._step, row.value])), points)
  }
  return trials.length
}
