/** One schedule: a sweep and its clients, first with faults, then without. The seed determines everything. */
import type { Params } from '@chimney/core/schema/params'
import { createSweep } from '@chimney/server/sweeps/lifecycle/create-sweep'
import { deleteSweep } from '@chimney/server/sweeps/lifecycle/delete-sweep'
import { updateSweep } from '@chimney/server/sweeps/lifecycle/update-sweep'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import {
  agentFunction,
  pullingAgent,
  restartRequests,
  type Scene,
  SMALL_REPAIRS,
  timer,
  user,
} from './simulation-actors.ts'
import { checkAtRest } from './simulation-check.ts'
import { makeLedger } from './simulation-ledger.ts'
import { FAULTS, NO_FAULTS, simulatedWorld, type World } from './simulation-world.ts'

const MINUTE = 60_000
/** Every so many seeds have a sweep with replicates; not drawn, so that the other schedules stay what they were. */
const REPLICATED = 8
/** The sweep must be over so many minutes after the last fault. */
const RECOVERY_MINUTES = 60

export async function runSchedule(seed: number): Promise<{ readonly turns: number }> {
  restartRequests()
  const world = simulatedWorld(seed)
  const { config, nextParams } = randomSweep(world, seed % REPLICATED === 0)
  const key = { entity: 'acme', project: 'faults' }
  const input = { ...key, source: JSON.stringify(config), idempotencyKey: `seed ${seed}` }
  const { record } = await createSweep(world.faultless, input)
  const untilMs = world.now() + (4 + world.rng.below(8)) * MINUTE
  const scene: Scene = {
    world,
    sweep: record.key,
    ledger: makeLedger(),
    nextParams,
    untilMs,
    recovering: false,
    deleted: false,
  }
  world.setFaults(FAULTS)
  const agents = 1 + world.rng.below(3)
  for (let i = 0; i < agents; i++) world.spawn(() => pullingAgent(scene, `puller-${i}`))
  if (config.dispatch) for (let i = 0; i < 2; i++) world.spawn(() => agentFunction(scene, `function-${i}`))
  const users = world.rng.below(3)
  for (let i = 0; i < users; i++) world.spawn(() => user(scene, `user-${i}`))
  world.spawn(() => timer(scene))
  await world.run()
  await recover(scene)
  await checkAtRest(scene)
  return { turns: world.turns() }
}

function randomSweep({ rng, chance, pick }: World, replicated: boolean) {
  const finite = chance(0.6)
  const parameters = finite
    ? { a: { values: [1, 2, 3].slice(0, 1 + rng.below(3)) }, b: { values: ['x', 'y'] } }
    : { lr: { distribution: 'uniform', min: 0, max: 1 } }
  const capped = !finite || chance(0.3)
  const config = {
    method: finite ? pick(['grid', 'grid', 'random', 'sobol']) : pick(['random', 'sobol']),
    metric: { name: 'loss', goal: 'minimize', ...(chance(0.15) && { target: 2 }) },
    parameters,
    ...(replicated && { replicates: 2 }),
    ...(capped && { run_cap: 2 + rng.below(6) }),
    ...(chance(0.4) && { dispatch: { agent: 'digits', concurrency: 1 + rng.below(3) } }),
    ...(chance(0.3) && { early_terminate: { type: 'hyperband', min_iter: 1, eta: 2 } }),
    retry: { max_attempts: 1 + rng.below(4) },
  }
  let enqueued = 0
  const nextParams = (): Params =>
    finite ? { a: pick(parameters.a!.values), b: pick(parameters.b!.values) } : { lr: ++enqueued / 1000 }
  return { config, nextParams }
}

/** No more faults and user actions: agents work and reconcile runs until the sweep is over. */
async function recover(scene: Scene): Promise<void> {
  const { world, sweep } = scene
  const { faultless: deps } = world
  world.setFaults(NO_FAULTS)
  scene.recovering = true
  world.spawn(async () => {
    if (scene.deleted) await deleteSweep(deps, sweep).catch(() => {})
    const found = await deps.store.getSweep(sweep)
    // A sweep whose cap a user removed would never end.
    if (
      found?.head.limit === undefined &&
      (found?.head.state === 'running' || found?.head.state === 'paused')
    )
      await updateSweep(deps, sweep, { run_cap: Math.max(1, found.head.taken) })
    if (found?.head.state === 'paused') await updateSweep(deps, sweep, { state: 'running' })
    for (let minute = 0; minute < RECOVERY_MINUTES; minute++) {
      await world.sleep(MINUTE)
      const report = await reconcile(deps, SMALL_REPAIRS)
      if (report.errors.length > 0) throw new Error(`reconcile failed: ${JSON.stringify(report.errors)}`)
      const head = await deps.store.getHead(sweep)
      const open = (await deps.store.listOpenSweeps({ limit: 1 })).items.length > 0
      if (!open && minute > 3) return
      if (head?.state === 'running' && minute % 4 === 0)
        world.spawn(() => pullingAgent(scene, `late-${minute}`))
      world.spawn(() => agentFunction(scene, `late-function-${minute}`))
    }
  })
  await world.run()
}
