/** The clients of the service: polling agents, agent functions behind the queue, users, and the minute timer. */

import type { SweepPatch } from '@chimney/core/schema/api/sweeps'
import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '@chimney/server/deps'
import type { RepairMessage, RepairQueue } from '@chimney/server/queue/repair-queue'
import { reportMetrics } from '@chimney/server/runs/history/report-metrics'
import { claimRun } from '@chimney/server/runs/lifecycle/claim-run'
import { deleteRun } from '@chimney/server/runs/lifecycle/delete-run'
import { type FinishRun, finishRun } from '@chimney/server/runs/lifecycle/finish-run'
import { heartbeat } from '@chimney/server/runs/lifecycle/heartbeat'
import { updateRun } from '@chimney/server/runs/lifecycle/update-run'
import { requestTrials } from '@chimney/server/sweeps/agents/request-trials'
import { requeueByState, requeueTrial } from '@chimney/server/sweeps/amendments/requeue-trials'
import { voidTrial } from '@chimney/server/sweeps/amendments/void-trials'
import { enqueueTrial } from '@chimney/server/sweeps/handout/enqueue-trial'
import { deleteSweep } from '@chimney/server/sweeps/lifecycle/delete-sweep'
import { updateSweep } from '@chimney/server/sweeps/lifecycle/update-sweep'
import { repair } from '@chimney/server/sweeps/reconciler/repair'
import { emptyReport } from '@chimney/server/sweeps/reconciler/repair-report'
import { scheduleRepairs } from '@chimney/server/sweeps/reconciler/schedule-repairs'
import { type Handed, type Ledger, lossOf } from './simulation-ledger.ts'
import { Crash, isThrottle, LEASE_MS, type World } from './simulation-world.ts'

export interface Scene {
  readonly world: World
  readonly sweep: SweepKey
  readonly ledger: Ledger
  /** Parameters for a user to enqueue, different each time. */
  readonly nextParams: () => Params
  /** When faults and user actions end. */
  readonly untilMs: number
  /** Set after that time: agents neither vanish nor hang. */
  recovering: boolean
  deleted: boolean
}

const TRIES = 12

const mayRepeat = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof Problem ? error.kind === 'retryable' : isThrottle(error))

/** Repeats a request after a pause, as the SDK does. Undefined when the client gives up. */
async function withRetries<T>({ world }: Scene, work: (deps: Deps) => Promise<T>): Promise<T | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return await world.request(work)
    } catch (error) {
      if (!mayRepeat(error)) throw error
      await world.sleep(100 + world.rng.below(tries < 3 ? 2_000 : 15_000))
    }
  }
  return undefined
}

/** The code of the problem, if it is one of these; undefined without a problem. */
async function problemCode(
  work: () => Promise<unknown>,
  ...codes: readonly string[]
): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof Problem && codes.includes(error.code)) return error.code
    throw error
  }
}

const runOf = ({ sweep }: Scene, run: string): RunKey => ({
  entity: sweep.entity,
  project: sweep.project,
  run,
})
let requests = 0
/** Idempotency keys are part of a schedule: a seed makes the same ones, whatever ran before. */
export const restartRequests = (): void => {
  requests = 0
}

/** Requests trials until there are no more, or its time is over. */
export async function pullingAgent(scene: Scene, name: string): Promise<void> {
  const { world, sweep, ledger } = scene
  for (let round = 0; ; round++) {
    if (!scene.recovering && world.now() > scene.untilMs) return
    const keyed = scene.recovering || world.chance(0.8)
    const by = `${name}.${round}.${++requests}`
    const request = (deps: Deps) =>
      requestTrials(deps, sweep, {
        lasting: true,
        count: world.chance(0.2) ? 2 : 1,
        agent: name,
      })
    const count = world.chance(0.2) ? 2 : 1
    const requestWithKey = (deps: Deps) =>
      requestTrials(deps, sweep, { count, agent: name, lasting: true, idempotencyKey: by })
    let answer: Awaited<ReturnType<typeof requestTrials>> | undefined
    try {
      if (keyed) {
        // A client that timed out repeats its request while the first one is in progress.
        if (world.chance(0.1))
          world.spawn(() => ignoringFailure(async () => record(await world.request(requestWithKey))))
        answer = await withRetries(scene, requestWithKey)
      } else answer = await world.request(request)
    } catch (error) {
      if (error instanceof Problem && ['sweep-finished', 'sweep-not-found'].includes(error.code)) return
      if (!mayRepeat(error)) throw error
    }
    record(answer)
    if (answer?.kind === 'trials') {
      for (const { trial } of answer.trials)
        await train(scene, {
          number: trial.key.number,
          run: trial.run,
          attempt: trial.attempt,
          params: trial.params,
        })
    } else await world.sleep(scene.recovering ? 30_000 : 1_000 + world.rng.below(20_000))

    function record(given: typeof answer) {
      if (given?.kind !== 'trials') return
      for (const { trial } of given.trials)
        ledger.handed(by, {
          number: trial.key.number,
          run: trial.run,
          attempt: trial.attempt,
          params: trial.params,
        })
    }
  }
}

/** Receives messages from the queue: some twice, late, in any order, or never. */
export async function agentFunction(scene: Scene, name: string): Promise<void> {
  const { world, ledger } = scene
  for (;;) {
    if (!scene.recovering && world.now() > scene.untilMs) return
    const message = world.messages.length > 0 ? world.pick(world.messages) : undefined
    if (!message) {
      if (scene.recovering) return
      await world.sleep(5_000)
      continue
    }
    if (!world.chance(0.15)) world.messages.splice(world.messages.indexOf(message), 1)
    if (!scene.recovering && world.chance(0.05)) continue
    const by = `${name}.${++requests}`
    const run = runOf(scene, message.run)
    try {
      const claimed = await withRetries(scene, (deps) =>
        claimRun(deps, run, { attempt: message.attempt, agent: name, idempotencyKey: by }),
      )
      if (!claimed) continue
      const trial = {
        number: message.number,
        run: message.run,
        attempt: claimed.live.attempt,
        params: claimed.params,
      }
      ledger.handed(by, trial)
      await train(scene, trial)
    } catch (error) {
      if (!(error instanceof Problem) || !['conflict', 'not-found'].includes(error.kind)) throw error
    }
  }
}

/** A training: some hang for longer than the lease, some vanish, some fail, some release the trial. */
async function train(scene: Scene, trial: Handed): Promise<void> {
  const { world, ledger } = scene
  const run = runOf(scene, trial.run)
  const { number, attempt } = trial
  const steps = 1 + world.rng.below(4)
  let stop = false
  for (let step = 0; step < steps && !stop; step++) {
    if (!scene.recovering && world.chance(0.05)) return
    await world.sleep(scene.recovering ? 100 : pause(world))
    const report = async () => {
      const rows = [{ index: step, at: world.now(), values: { loss: lossOf(number, attempt, step) } }]
      const answer = await withRetries(scene, (deps) => reportMetrics(deps, run, { rows, attempt }))
      if (!answer) return true
      ledger.logged(trial, step)
      return answer.stop
    }
    const gone = await problemCode(async () => {
      stop = await report()
      if (world.chance(0.2)) await withRetries(scene, (deps) => heartbeat(deps, run, { attempt }))
    }, 'run-not-found')
    if (gone) return
    if (!scene.recovering && world.chance(0.05)) later(scene, () => report())
  }
  if (!scene.recovering && world.chance(0.05)) return
  await world.sleep(scene.recovering ? 100 : pause(world))
  const end = endOf(scene, trial, stop, steps)
  const loss = end.summary?.loss as number | undefined
  ledger.ending(trial, loss)
  const finish = async () => {
    const answer = await withRetries(scene, (deps) => finishRun(deps, run, end))
    if (answer?.kept && isEnd(answer.state) && end.state !== 'crashed' && end.state !== 'released')
      ledger.finished(trial, answer.state, loss)
  }
  await problemCode(finish, 'run-not-found')
  if (!scene.recovering && world.chance(0.1)) later(scene, finish)
}

const pause = (world: World): number =>
  world.chance(0.12) ? LEASE_MS + world.rng.below(3 * LEASE_MS) : world.rng.below(15_000)

function endOf(
  { world, recovering }: Scene,
  { number, attempt }: Handed,
  stop: boolean,
  steps: number,
): FinishRun {
  const luck = world.rng.uniform()
  const state = stop
    ? luck < 0.5
      ? 'stopped'
      : 'finished'
    : recovering || luck < 0.75
      ? 'finished'
      : luck < 0.85
        ? 'failed'
        : luck < 0.95
          ? 'released'
          : 'crashed'
  if (state === 'released' && world.chance(0.3)) return { state, attempt, interruptedSecondsAgo: 20 }
  const summary = world.chance(0.5) ? { loss: lossOf(number, attempt, steps + 5) } : undefined
  return { state, attempt, ...(summary && { summary }) }
}

/** Repeats a request later: a delayed duplicate. */
function later({ world }: Scene, work: () => Promise<unknown>): void {
  world.spawn(async () => {
    await world.sleep(world.rng.below(3 * LEASE_MS))
    await ignoringFailure(async () => problemCode(work, 'run-not-found'))
  })
}

/** A request whose failure is ignored. */
async function ignoringFailure(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!mayRepeat(error) && !(error instanceof Problem && error.kind !== 'invalid')) throw error
  }
}

/** A user who changes the sweep at random times. */
export async function user(scene: Scene, name: string): Promise<void> {
  const { world, sweep, ledger } = scene
  const patch = (change: SweepPatch) =>
    withRetries(scene, (deps) => updateSweep(deps, sweep, change)).then(() => {})
  const someRun = () => runOf(scene, `${sweep.sweep}-${1 + world.rng.below(8)}`)
  const enqueue = async () => {
    const key = `${name}.${++requests}`
    const params = scene.nextParams()
    ledger.enqueued.set(key, { params })
    const trial = await withRetries(scene, (deps) =>
      enqueueTrial(deps, sweep, { params, idempotencyKey: key }),
    )
    if (trial) ledger.enqueued.set(key, { params, number: trial.key.number })
  }
  const someNumber = () => 1 + world.rng.below(8)
  const undoEnd = async (work: (deps: Deps, number: number) => Promise<unknown>) => {
    const number = someNumber()
    ledger.undone.add(`${sweep.sweep}-${number}`)
    await withRetries(scene, (deps) => work(deps, number))
  }
  const correct = async () => {
    const number = someNumber()
    const run = runOf(scene, `${sweep.sweep}-${number}`)
    const loss = number + world.rng.below(1_000) / 1_000
    ledger.corrected(run.run, loss)
    await withRetries(scene, (deps) => updateRun(deps, run, { summary: { loss } }))
  }
  const requeueSome = async () => {
    for (let number = 1; number <= 20; number++) ledger.undone.add(`${sweep.sweep}-${number}`)
    await withRetries(scene, (deps) => requeueByState(deps, sweep, ['failed', 'crashed', 'void']))
  }
  const actions: readonly (readonly [weight: number, action: () => Promise<void>])[] = [
    [3, () => patch({ state: 'paused' })],
    [4, () => patch({ state: 'running' })],
    [3, () => patch({ run_cap: 1 + world.rng.below(9) })],
    [1, () => patch({ run_cap: null })],
    [6, enqueue],
    [2, () => undoEnd((deps, number) => voidTrial(deps, sweep, number))],
    [2, () => undoEnd((deps, number) => requeueTrial(deps, sweep, number))],
    [0.7, requeueSome],
    [2, correct],
    [0.6, () => patch({ state: 'cancelled' })],
    [0.6, () => patch({ state: 'finished' })],
    [2, () => withRetries(scene, (deps) => updateRun(deps, someRun(), { stop: true })).then(() => {})],
    [
      1,
      async () => {
        const run = someRun()
        // Also when it is not acknowledged: it may have been executed.
        ledger.deletedRuns.add(run.run)
        ledger.undone.add(run.run)
        await withRetries(scene, (deps) => deleteRun(deps, run))
      },
    ],
    [
      0.3,
      async () => {
        scene.deleted = true
        await withRetries(scene, (deps) => deleteSweep(deps, sweep))
      },
    ],
  ]
  while (world.now() < scene.untilMs) {
    await world.sleep(world.rng.below(90_000))
    await ignoringFailure(weighted(world, actions))
  }
}

function weighted<T>({ rng }: World, choices: readonly (readonly [weight: number, choice: T])[]): T {
  let left = rng.uniform() * choices.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, choice] of choices) {
    left -= weight
    if (left < 0) return choice
  }
  return choices[0]![1]
}

/** The DynamoDB actions of both functions of the repair in all schedules of this process. */
export const ACTIONS = { reconcile: new Set<string>(), repair: new Set<string>() }

/** Small pages and little time, so that repairs continue with further messages. */
export const SMALL_REPAIRS = { resendAfterMs: 120_000, pageSize: 2, budgetMs: 50 }

/** The minute timer, and workers on its queue. Each call may die, or overlap with the next ones; some messages come twice. */
export async function timer(scene: Scene): Promise<void> {
  const { world } = scene
  const request = (work: (deps: Deps) => Promise<unknown>, actions: Set<string>) =>
    world.spawn(() => ignoringFailure(() => world.request(work, actions)))
  const repairs: RepairQueue = {
    send: async (messages) => {
      for (const message of messages)
        for (let times = world.chance(0.1) ? 2 : 1; times > 0; times--) work(message)
    },
  }
  const work = (message: RepairMessage) =>
    request(async (deps) => {
      const report = emptyReport()
      await repair({ ...deps, repairs }, message, report, SMALL_REPAIRS)
      return report
    }, ACTIONS.repair)
  while (world.now() < scene.untilMs) {
    await world.sleep(60_000)
    request(async (deps) => {
      await deps.store.migrate()
      await scheduleRepairs({ ...deps, repairs })
    }, ACTIONS.reconcile)
  }
}
