/** Small sweeps with the requests that the SDK's agents would send. */
import { rngOf } from '@chimney/core/math/rng'
import type { World } from '../../flow/world.ts'
import { type Meter, meterOf } from './measure.ts'

export interface Scale {
  readonly trials: number
  readonly agents: number
  readonly steps: number
  readonly stepsPerCall: number
}

/** Steps that a training logs per second. The SDK sends a request every 10 s, with 50 steps. */
export const STEPS_PER_SECOND = 5

/** Names of realistic length: they count towards item sizes. */
const PROJECT = '/v1/acme/digits-classifier'
const METRICS = ['train/loss', 'train/accuracy', 'val/loss', 'val/accuracy', 'learning_rate']
const CONFIG = {
  name: 'learning rate, width and regularisation',
  method: 'random',
  metric: { name: 'val/loss', goal: 'minimize' },
  parameters: {
    learning_rate: { distribution: 'log_uniform_values', min: 1e-5, max: 1e-1 },
    weight_decay: { distribution: 'log_uniform_values', min: 1e-6, max: 1e-2 },
    batch_size: { values: [16, 32, 64, 128] },
    hidden_units: { min: 16, max: 1024 },
    dropout: { min: 0.0, max: 0.6 },
    optimizer: { values: ['adam', 'adamw', 'sgd', 'rmsprop'] },
    epochs: { value: 20 },
    dataset: { value: 'mnist' },
  },
  seed: 7,
}

/** Name under which a metrics request of this size is recorded. */
export const metricsCall = (steps: number): string => `metrics, ${steps} ${steps === 1 ? 'step' : 'steps'}`
export const SINGLE_SIZES: readonly number[] = [1, 10, 50, 100, 200]

interface Trial {
  readonly run_path: string
  readonly attempt: number
}

/** A sweep whose agents request trials over HTTP. */
export async function pulledSweep(world: World, scale: Scale): Promise<Meter> {
  const meter = await meterOf(world)
  const agents = Array.from({ length: scale.agents }, (_, i) => `gpu-box-${i}.example.org:4711`)
  const train = trainer(meter, world)
  const sweep = await createSweep(meter, 'create sweep', { run_cap: scale.trials })
  for (let ended = 0; ended < scale.trials; ended += agents.length) {
    const trials: Trial[] = []
    for (const agent of agents)
      trials.push((await meter.call('next trial', 201, 'POST', `${sweep}/trials`, { agent })).trials[0])
    await train.runAll(trials, scale)
    for (const [at, trial] of trials.entries())
      await train.finish(trial, ended + at + 1 === scale.trials ? 'finish, the last' : 'finish')
  }
  return meter
}

/** A sweep whose agent functions receive trials from SQS. Finishing a trial dispatches the next one. */
export async function dispatchedSweep(world: World, scale: Scale): Promise<Meter> {
  const meter = await meterOf(world)
  const train = trainer(meter, world)
  const dispatch = { agent: 'digits', concurrency: scale.agents }
  await createSweep(meter, 'create sweep and dispatch', { run_cap: scale.trials, dispatch })
  const queue = [...world.sent]
  for (let ended = 0; ended < scale.trials; ) {
    const trials: Trial[] = []
    for (const { entity, project, run, attempt } of queue.splice(0)) {
      const trial = { run_path: `${entity}/${project}/${run}`, attempt }
      const by = { attempt, agent: 'digits:4f3a9c21' }
      await meter.call('claim', 200, 'POST', `${routeOf(trial)}/claim`, by)
      trials.push(trial)
    }
    await train.runAll(trials, scale)
    for (const trial of trials) {
      ended++
      const isLast = ended === scale.trials
      const hasNext = ended <= scale.trials - scale.agents
      await train.finish(trial, isLast ? 'finish, the last' : hasNext ? 'finish and dispatch' : 'finish')
      queue.push(...world.sent)
    }
  }
  return meter
}

/** Calls, or sizes of calls, that the two sweeps do not have. */
export async function singleCalls(world: World): Promise<Meter> {
  const meter = await meterOf(world)
  const train = trainer(meter, world)
  await meter.record('reconcile, nothing open', () => world.reconcile())
  const sweep = await createSweep(meter, 'create sweep', { run_cap: 10 })
  await meter.record('reconcile, idle sweep', () => world.reconcile())
  const { trials } = await meter.call('next trial', 201, 'POST', `${sweep}/trials`, { agent: 'laptop' })
  const [trial] = trials
  for (const size of SINGLE_SIZES)
    for (let i = 0; i < 3; i++) await train.report(trial, size, metricsCall(size))
  const heartbeat = (name: string) =>
    meter.call(name, 200, 'POST', `${routeOf(trial)}/heartbeat`, { attempt: trial.attempt })
  await heartbeat('heartbeat, fresh lease')
  world.advance(60)
  await heartbeat('heartbeat, renewal')

  const stopped = await createSweep(meter, 'create sweep', {
    early_terminate: { type: 'hyperband', min_iter: 27, eta: 3 },
  })
  const next = await meter.call('next trial', 201, 'POST', `${stopped}/trials`, { agent: 'laptop' })
  await train.report(next.trials[0], 50, 'metrics, 50 steps, at a rung')
  return meter
}

const routeOf = ({ run_path }: Trial): string => `/v1/${run_path.replace(/\/([^/]*)$/, '/runs/$1')}`

async function createSweep(meter: Meter, name: string, more: object): Promise<string> {
  const { id } = await meter.call(name, 201, 'POST', `${PROJECT}/sweeps`, { ...CONFIG, ...more })
  return `${PROJECT}/sweeps/${id}`
}

/** Logs random values, which do not compress. */
function trainer(meter: Meter, world: World) {
  const random = rngOf(1, 1).uniform
  const steps = new Map<string, number>()

  async function report(trial: Trial, count: number, name: string): Promise<void> {
    const first = steps.get(trial.run_path) ?? 0
    steps.set(trial.run_path, first + count)
    const now = world.deps.clock.now() / 1000
    const points = Array.from({ length: count }, (_, i) => ({
      step: first + i,
      values: Object.fromEntries(METRICS.map((metric) => [metric, random()])),
      at: now + (i + random() / 4) / STEPS_PER_SECOND,
    }))
    await meter.call(name, 200, 'POST', `${routeOf(trial)}/metrics`, { points, attempt: trial.attempt })
  }

  return {
    report,
    /** Trains all trials in parallel, with one request per trial in turn. */
    runAll: async (trials: readonly Trial[], scale: Scale): Promise<void> => {
      for (let done = 0; done < scale.steps; done += scale.stepsPerCall) {
        for (const trial of trials) await report(trial, scale.stepsPerCall, metricsCall(scale.stepsPerCall))
        world.advance(scale.stepsPerCall / STEPS_PER_SECOND)
        await meter.record('reconcile', () => world.reconcile())
      }
    },
    finish: async (trial: Trial, name: string): Promise<void> => {
      const end = { state: 'finished', attempt: trial.attempt }
      await meter.call(name, 200, 'POST', `${routeOf(trial)}/finish`, end)
    },
  }
}
