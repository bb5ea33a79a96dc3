/** One schedule: a sweep, those who use it, a storm, the calm after it. The seed decides everything. */
import type { Params } from '@chimney/core/schema/params'
import { createSweep } from '@chimney/server/sweeps/lifecycle/create-sweep'
import { deleteSweep } from '@chimney/server/sweeps/lifecycle/delete-sweep'
import { updateSweep } from '@chimney/server/sweeps/lifecycle/update-sweep'
import { reconcile } from '@chimney/server/sweeps/repair/reconcile'
import { agentFunction, person, pullingAgent, type Scene, timer } from './simulation-actors.ts'
import { checkAtRest } from './simulation-check.ts'
import { makeLedger } from './simulation-ledger.ts'
import { CALM, STORM, simulatedWorld, type World } from './simulation-world.ts'

const MINUTE = 60_000
/** So many minutes after the storm everything must be over. */
const CALM_MINUTES = 60

export async function play(seed: number): Promise<{ readonly turns: number }> {
  const world = simulatedWorld(seed)
  const { config, paramsToEnqueue } = setting(world)
  const key = { entity: 'acme', project: 'storm' }
  const input = { ...key, source: JSON.stringify(config), idempotencyKey: `seed ${seed}` }
  const { record } = await createSweep(world.calm, input)
  const untilMs = world.now() + (4 + world.rng.below(8)) * MINUTE
  const scene: Scene = {
    world,
    sweep: record.key,
    ledger: makeLedger(),
    paramsToEnqueue,
    untilMs,
    calm: false,
    deleted: false,
  }
  world.weather(STORM)
  const agents = 1 + world.rng.below(3)
  for (let i = 0; i < agents; i++) world.spawn(() => pullingAgent(scene, `puller-${i}`))
  if (config.dispatch) for (let i = 0; i < 2; i++) world.spawn(() => agentFunction(scene, `function-${i}`))
  const people = world.rng.below(3)
  for (let i = 0; i < people; i++) world.spawn(() => person(scene, `person-${i}`))
  world.spawn(() => timer(scene))
  await world.play()
  await rest(scene)
  await checkAtRest(scene)
  return { turns: world.turns() }
}

function setting({ rng, chance, pick }: World) {
  const finite = chance(0.6)
  const parameters = finite
    ? { a: { values: [1, 2, 3].slice(0, 1 + rng.below(3)) }, b: { values: ['x', 'y'] } }
    : { lr: { distribution: 'uniform', min: 0, max: 1 } }
  const capped = !finite || chance(0.3)
  const config = {
    method: finite ? pick(['grid', 'grid', 'random', 'sobol']) : pick(['random', 'sobol']),
    metric: { name: 'loss', goal: 'minimize', ...(chance(0.15) && { target: 2 }) },
    parameters,
    ...(capped && { run_cap: 2 + rng.below(6) }),
    ...(chance(0.4) && { dispatch: { agent: 'digits', concurrency: 1 + rng.below(3) } }),
    ...(chance(0.3) && { early_terminate: { type: 'hyperband', min_iter: 1, eta: 2 } }),
    retry: { max_attempts: 1 + rng.below(4) },
  }
  let enqueued = 0
  const paramsToEnqueue = (): Params =>
    finite ? { a: pick(parameters.a!.values), b: pick(parameters.b!.values) } : { lr: ++enqueued / 1000 }
  return { config, paramsToEnqueue }
}

/** No faults and no user actions: agents finish their trials and the timer repairs the rest. */
async function rest(scene: Scene): Promise<void> {
  const { world, sweep } = scene
  const { calm: deps } = world
  world.weather(CALM)
  scene.calm = true
  world.spawn(async () => {
    if (scene.deleted) await deleteSweep(deps, sweep).catch(() => {})
    const found = await deps.store.getSweep(sweep)
    // A sweep of which a person took the cap would go on for ever.
    if (
      found?.head.limit === undefined &&
      (found?.head.state === 'running' || found?.head.state === 'paused')
    )
      await updateSweep(deps, sweep, { run_cap: Math.max(1, found.head.taken) })
    if (found?.head.state === 'paused') await updateSweep(deps, sweep, { state: 'running' })
    for (let minute = 0; minute < CALM_MINUTES; minute++) {
      await world.sleep(MINUTE)
      const report = await reconcile(deps, { resendAfterMs: 2 * MINUTE })
      if (report.errors.length > 0) throw new Error(`the repair failed: ${JSON.stringify(report.errors)}`)
      const head = await deps.store.getHead(sweep)
      const open = (await deps.store.listOpenSweeps({ limit: 1 })).items.length > 0
      if (!open && minute > 3) return
      if (head?.state === 'running' && minute % 4 === 0)
        world.spawn(() => pullingAgent(scene, `late-${minute}`))
      world.spawn(() => agentFunction(scene, `late-function-${minute}`))
    }
  })
  await world.play()
}
