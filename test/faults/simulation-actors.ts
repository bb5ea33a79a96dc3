/** Those who use the service: agents that pull, agent functions behind the queue, people, and the minute timer. */

import type { SweepPatch } from '@chimney/core/schema/api/sweeps'
import type { RunKey, SweepKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '@chimney/server/deps'
import { reportMetrics } from '@chimney/server/runs/history/report-metrics'
import { claimRun } from '@chimney/server/runs/lifecycle/claim-run'
import { deleteRun } from '@chimney/server/runs/lifecycle/delete-run'
import { type FinishRun, finishRun } from '@chimney/server/runs/lifecycle/finish-run'
import { heartbeat } from '@chimney/server/runs/lifecycle/heartbeat'
import { updateRun } from '@chimney/server/runs/lifecycle/update-run'
import { enqueueTrial } from '@chimney/server/sweeps/handout/enqueue-trial'
import { nextTrial } from '@chimney/server/sweeps/handout/next-trial'
import { deleteSweep } from '@chimney/server/sweeps/lifecycle/delete-sweep'
import { updateSweep } from '@chimney/server/sweeps/lifecycle/update-sweep'
import { reconcile } from '@chimney/server/sweeps/repair/reconcile'
import { type Handed, type Ledger, lossOf } from './simulation-ledger.ts'
import { Crash, isThrottle, LEASE_MS, type World } from './simulation-world.ts'

export interface Scene {
  readonly world: World
  readonly sweep: SweepKey
  readonly ledger: Ledger
  /** Parameters to enqueue, different each time on an infinite space. */
  readonly paramsToEnqueue: () => Params
  /** When users and agents stop making faults. */
  readonly untilMs: number
  /** From now on agents neither disappear nor delay. */
  calm: boolean
  deleted: boolean
}

const TRIES = 12

const mayRepeat = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof Problem ? error.kind === 'retryable' : isThrottle(error))

/** As the SDK does: the same request again after a while. Undefined when the client gives up for good. */
async function stubborn<T>({ world }: Scene, work: (deps: Deps) => Promise<T>): Promise<T | undefined> {
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

/** The problem with this code, or undefined when there was none. */
async function refused(
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

/** Asks for trials until there are none any more, or its time is over. */
export async function pullingAgent(scene: Scene, name: string): Promise<void> {
  const { world, sweep, ledger } = scene
  for (let round = 0; ; round++) {
    if (!scene.calm && world.now() > scene.untilMs) return
    const keyed = scene.calm || world.chance(0.8)
    const by = `${name}.${round}.${++requests}`
    const ask = (deps: Deps) =>
      nextTrial(deps, sweep, {
        count: world.chance(0.2) ? 2 : 1,
        agent: name,
      })
    const count = world.chance(0.2) ? 2 : 1
    const askOnce = (deps: Deps) => nextTrial(deps, sweep, { count, agent: name, idempotencyKey: by })
    let answer: Awaited<ReturnType<typeof nextTrial>> | undefined
    try {
      if (keyed) {
        // A client that has waited too long asks again while its first request is still at it.
        if (world.chance(0.1)) world.spawn(() => stray(async () => record(await world.request(askOnce))))
        answer = await stubborn(scene, askOnce)
      } else answer = await world.request(ask)
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
    } else await world.sleep(scene.calm ? 30_000 : 1_000 + world.rng.below(20_000))

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

/** Takes messages off the queue: some come twice, late, in any order, or never. */
export async function agentFunction(scene: Scene, name: string): Promise<void> {
  const { world, ledger } = scene
  for (;;) {
    if (!scene.calm && world.now() > scene.untilMs) return
    const message = world.messages.length > 0 ? world.pick(world.messages) : undefined
    if (!message) {
      if (scene.calm) return
      await world.sleep(5_000)
      continue
    }
    if (!world.chance(0.15)) world.messages.splice(world.messages.indexOf(message), 1)
    if (!scene.calm && world.chance(0.05)) continue
    const by = `${name}.${++requests}`
    const run = runOf(scene, message.run)
    try {
      const claimed = await stubborn(scene, (deps) =>
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

/** A training: some are hung up for longer than the lease, some vanish, some fail, some hand the trial back. */
async function train(scene: Scene, trial: Handed): Promise<void> {
  const { world, ledger } = scene
  const run = runOf(scene, trial.run)
  const { number, attempt } = trial
  const steps = 1 + world.rng.below(4)
  let stop = false
  for (let step = 0; step < steps && !stop; step++) {
    if (!scene.calm && world.chance(0.05)) return
    await world.sleep(scene.calm ? 100 : pause(world))
    const report = async () => {
      const rows = [{ index: step, at: world.now(), values: { loss: lossOf(number, attempt, step) } }]
      const answer = await stubborn(scene, (deps) => reportMetrics(deps, run, { rows, attempt }))
      if (!answer) return true
      ledger.logged(trial, step)
      return answer.stop
    }
    const gone = await refused(async () => {
      stop = await report()
      if (world.chance(0.2)) await stubborn(scene, (deps) => heartbeat(deps, run, { attempt }))
    }, 'run-not-found')
    if (gone) return
    if (!scene.calm && world.chance(0.05)) later(scene, () => report())
  }
  if (!scene.calm && world.chance(0.05)) return
  await world.sleep(scene.calm ? 100 : pause(world))
  const end = endOf(scene, trial, stop, steps)
  const finish = async () => {
    const answer = await stubborn(scene, (deps) => finishRun(deps, run, end))
    if (answer?.kept && isEnd(answer.state) && end.state !== 'crashed' && end.state !== 'released')
      ledger.finished(trial, answer.state, end.summary?.loss as number | undefined)
  }
  await refused(finish, 'run-not-found')
  if (!scene.calm && world.chance(0.1)) later(scene, finish)
}

const pause = (world: World): number =>
  world.chance(0.12) ? LEASE_MS + world.rng.below(3 * LEASE_MS) : world.rng.below(15_000)

function endOf({ world, calm }: Scene, { number, attempt }: Handed, stop: boolean, steps: number): FinishRun {
  const luck = world.rng.uniform()
  const state = stop
    ? luck < 0.5
      ? 'stopped'
      : 'finished'
    : calm || luck < 0.75
      ? 'finished'
      : luck < 0.85
        ? 'failed'
        : luck < 0.95
          ? 'released'
          : 'crashed'
  const summary = world.chance(0.5) ? { loss: lossOf(number, attempt, steps + 5) } : undefined
  return { state, attempt, ...(summary && { summary }) }
}

/** The same again, after others had their turns: a duplicate that was under way. */
function later({ world }: Scene, work: () => Promise<unknown>): void {
  world.spawn(async () => {
    await world.sleep(world.rng.below(3 * LEASE_MS))
    await stray(async () => refused(work, 'run-not-found'))
  })
}

/** A request on whose failure nothing depends. */
async function stray(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!mayRepeat(error) && !(error instanceof Problem && error.kind !== 'invalid')) throw error
  }
}

/** A dashboard user who changes the sweep at random. */
export async function person(scene: Scene, name: string): Promise<void> {
  const { world, sweep, ledger } = scene
  const patch = (change: SweepPatch) =>
    stubborn(scene, (deps) => updateSweep(deps, sweep, change)).then(() => {})
  const someRun = () => runOf(scene, `${sweep.sweep}-${1 + world.rng.below(8)}`)
  const enqueue = async () => {
    const key = `${name}.${++requests}`
    const params = scene.paramsToEnqueue()
    ledger.enqueued.set(key, { params })
    const trial = await stubborn(scene, (deps) => enqueueTrial(deps, sweep, { params, idempotencyKey: key }))
    if (trial) ledger.enqueued.set(key, { params, number: trial.key.number })
  }
  const deeds: readonly (readonly [weight: number, deed: () => Promise<void>])[] = [
    [3, () => patch({ state: 'paused' })],
    [4, () => patch({ state: 'running' })],
    [3, () => patch({ run_cap: 1 + world.rng.below(9) })],
    [1, () => patch({ run_cap: null })],
    [6, enqueue],
    [0.6, () => patch({ state: 'cancelled' })],
    [0.6, () => patch({ state: 'finished' })],
    [2, () => stubborn(scene, (deps) => updateRun(deps, someRun(), { stop: true })).then(() => {})],
    [
      1,
      async () => {
        const run = someRun()
        // Also when it is never acknowledged: it may have been carried out.
        ledger.deletedRuns.add(run.run)
        await stubborn(scene, (deps) => deleteRun(deps, run))
      },
    ],
    [
      0.3,
      async () => {
        scene.deleted = true
        await stubborn(scene, (deps) => deleteSweep(deps, sweep))
      },
    ],
  ]
  while (world.now() < scene.untilMs) {
    await world.sleep(world.rng.below(90_000))
    await stray(weighted(world, deeds))
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

/** What the repair has asked of DynamoDB in all schedules of this process. */
export const ASKED_BY_REPAIR = new Set<string>()

/** The minute timer. A run of it may die, or still be at it when the next one begins. */
export async function timer(scene: Scene): Promise<void> {
  const { world } = scene
  while (world.now() < scene.untilMs) {
    await world.sleep(60_000)
    world.spawn(() =>
      stray(() => world.request((deps) => reconcile(deps, { resendAfterMs: 120_000 }), ASKED_BY_REPAIR)),
    )
  }
}
