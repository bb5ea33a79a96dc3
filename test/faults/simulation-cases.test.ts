/** Interleavings and crashes, one at a time, each at a point where it once caused an error. */
import { stringifyJson } from '@chimney/core/schema/json'
import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '@chimney/server/deps'
import { readHistory } from '@chimney/server/runs/history/read-history'
import { reportMetrics } from '@chimney/server/runs/history/report-metrics'
import { claimRun } from '@chimney/server/runs/lifecycle/claim-run'
import { deleteRun } from '@chimney/server/runs/lifecycle/delete-run'
import { finishRun } from '@chimney/server/runs/lifecycle/finish-run'
import { heartbeat } from '@chimney/server/runs/lifecycle/heartbeat'
import type { TrialRecord } from '@chimney/server/store/trials'
import { enqueueTrial } from '@chimney/server/sweeps/handout/enqueue-trial'
import { nextTrial } from '@chimney/server/sweeps/handout/next-trial'
import { deleteSweep } from '@chimney/server/sweeps/lifecycle/delete-sweep'
import { updateSweep } from '@chimney/server/sweeps/lifecycle/update-sweep'
import { reconcile } from '@chimney/server/sweeps/reconciler/reconcile'
import { runKeyOf } from '@chimney/server/sweeps/trials/create-trials'
import { readTrials } from '@chimney/server/sweeps/trials/read-trials'
import { NONE_ENDED } from '@chimney/server/sweeps/trials/trial-counts'
import { describe, expect, it } from 'vitest'
import {
  died,
  dying,
  interleave,
  type SingleFaultWorld,
  singleFaultWorld,
} from './simulation-single-fault.ts'

const GRID = {
  method: 'grid',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: { a: { values: [1, 2, 3] } },
}

/** Requests and finishes trials until the sweep is over; advances the clock when there are none. */
async function complete(world: SingleFaultWorld, sweep: SweepKey): Promise<readonly TrialRecord[]> {
  for (let tries = 0; tries < 50; tries++) {
    const head = await world.deps.store.getHead(sweep)
    if (head?.state !== 'running') break
    try {
      const trial = await world.next(sweep)
      await finishRun(world.deps, runKeyOf(trial), { state: 'finished', attempt: trial.attempt })
    } catch {
      await world.minutes(1)
    }
  }
  expect((await world.deps.store.getHead(sweep))?.state).toBe('finished')
  return readTrials(world.deps, sweep)
}
const cells = (trials: readonly TrialRecord[]) =>
  trials.flatMap(({ params }) => (params.a === undefined ? [] : [params.a as number])).sort()

describe('an interrupted enqueue', () => {
  it('delays a concurrent hand-out until its parameters are stored', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    let meanwhile: Promise<TrialRecord> | undefined
    const racing = interleave(world.deps, 'before', 'createTrial', () => {
      meanwhile = world.next(sweep)
    })
    await enqueueTrial(racing, sweep, { params: { a: 1 } })
    expect((await meanwhile)?.params).toEqual({ a: 2 })
    expect(cells(await complete(world, sweep))).toEqual([1, 2, 3])
  })

  it('takes another number when it was so slow that its number was given up', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    const racing = interleave(world.deps, 'before', 'createTrial', () => world.next(sweep))
    const enqueued = await enqueueTrial(racing, sweep, { params: { a: 1 } })
    expect(enqueued).toMatchObject({ key: { number: 3 }, params: { a: 1 } })
    // Trial 2 got this cell before the enqueued parameters had a valid number.
    expect(cells(await complete(world, sweep))).toEqual([1, 1, 2, 3])
  })

  it('does not raise the limit beyond the grid when two requests enqueue at once', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    const racing = interleave(world.deps, 'before', 'createTrial', () =>
      enqueueTrial(world.deps, sweep, { params: { a: 2 } }),
    )
    await enqueueTrial(racing, sweep, { params: { a: 3 } })
    expect(cells(await complete(world, sweep))).toEqual([1, 2, 3])
  })

  it.each(['after', 'before'] as const)(
    'frees its cell when it died (%s its number was taken)',
    async (place) => {
      const world = singleFaultWorld()
      const sweep = await world.sweep(GRID)
      const method = place === 'after' ? 'replaceHead' : 'createTrial'
      expect(await died(enqueueTrial(dying(world.deps, place, method), sweep, { params: { a: 2 } }))).toBe(
        true,
      )
      const trials = await complete(world, sweep)
      expect(cells(trials)).toEqual([1, 2, 3])
      expect(trials[0]).toMatchObject({ state: 'killed', params: {} })
    },
  )

  it('frees its cell also when the sweep changes concurrently', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    await died(enqueueTrial(dying(world.deps, 'before', 'createTrial'), sweep, { params: { a: 2 } }))
    // All other cells are handed out before the repair.
    const racing = interleave(world.deps, 'after', 'closeTrial', () => world.next(sweep))
    world.advance(61)
    await reconcile(racing)
    for (let open = 0; open < 3; open++) await world.minutes(1)
    expect(cells(await complete(world, sweep))).toEqual([1, 2, 3])
  })

  it('is completed by its repetition wherever it died, and is enqueued once', async () => {
    for (const place of ['before', 'after'] as const)
      for (const method of ['settleReceipt', 'createTrial', 'createRun', 'addWaiting'] as const) {
        const world = singleFaultWorld()
        const sweep = await world.sweep(GRID)
        const request = { params: { a: 2 }, idempotencyKey: 'mine' }
        expect(await died(enqueueTrial(dying(world.deps, place, method), sweep, request))).toBe(true)
        world.advance(61)
        const trial = await enqueueTrial(world.deps, sweep, request)
        expect(trial.params).toEqual({ a: 2 })
        const trials = await complete(world, sweep)
        expect(cells(trials), `${place} ${method}`).toEqual([1, 2, 3])
      }
  })

  it('never hands out a trial without parameters', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    await died(enqueueTrial(dying(world.deps, 'before', 'createTrial'), sweep, { params: { a: 2 } }))
    world.advance(61)
    await died(reconcile(dying(world.deps, 'after', 'createTrial')))
    const trials = await complete(world, sweep)
    expect(cells(trials)).toEqual([1, 2, 3])
    for (const { params, state } of trials)
      expect(stringifyJson(params) !== '{}' || state === 'killed').toBe(true)
  })
})

describe('rows of an attempt', () => {
  const log = (world: SingleFaultWorld, trial: TrialRecord, attempt: number, step: number, by = world.deps) =>
    reportMetrics(by, runKeyOf(trial), {
      rows: [{ index: step, at: 0, values: { loss: attempt + step / 100 } }],
      attempt,
    })
  const history = async (world: SingleFaultWorld, trial: TrialRecord) =>
    (
      await readHistory(world.deps, runKeyOf(trial), {
        series: 'metrics',
        from: 0,
        to: Number.MAX_SAFE_INTEGER,
        limit: 100,
      })
    )?.rows.map(({ values }) => values.loss)
  /** The lease of the first attempt expires and another attempt starts. */
  async function taken(world: SingleFaultWorld, sweep: SweepKey) {
    const trial = await world.next(sweep)
    await log(world, trial, 1, 0)
    await world.minutes(1)
    return { trial, again: await world.next(sweep) }
  }

  it('are shown when its late result is kept', async () => {
    const world = singleFaultWorld()
    const { trial, again } = await taken(world, await world.sweep({ ...GRID, run_cap: 1 }))
    await log(world, again, 2, 0)
    await log(world, again, 2, 1)
    expect(await history(world, trial)).toEqual([2, 2.01])
    await finishRun(world.deps, runKeyOf(trial), { state: 'finished', attempt: 1 })
    expect(await history(world, trial)).toEqual([1])
  })

  it('are shown when they arrive after the end of the run', async () => {
    const world = singleFaultWorld()
    const trial = await world.next(await world.sweep(GRID))
    await log(world, trial, 1, 0)
    const racing = interleave(world.deps, 'before', 'replaceLive', () =>
      finishRun(world.deps, runKeyOf(trial), { state: 'finished', attempt: 1 }),
    )
    expect(await log(world, trial, 1, 1, racing)).toMatchObject({ accepted: 1, stop: true })
    expect(await history(world, trial)).toEqual([1, 1.01])
  })

  it('do not restart a trial that its agent has released', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    const trial = await world.next(sweep)
    await finishRun(world.deps, runKeyOf(trial), { state: 'released', attempt: 1 })
    expect(await log(world, trial, 1, 0)).toMatchObject({ accepted: 1, stop: true })
    expect(await heartbeat(world.deps, runKeyOf(trial), { attempt: 1 })).toMatchObject({ stop: true })
    expect(await world.next(sweep)).toMatchObject({ key: { number: 1 }, attempt: 2 })
    expect(await history(world, trial)).toEqual([1])
  })

  it('do not become the value of a later attempt that crashed', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 1, retry: { max_attempts: 2 } })
    const { trial, again } = await taken(world, sweep)
    await log(world, again, 2, 3)
    await world.minutes(2)
    await log(world, trial, 1, 9)
    await finishRun(world.deps, runKeyOf(trial), { state: 'finished', attempt: 2 })
    expect((await readTrials(world.deps, sweep))[0]).toMatchObject({ state: 'finished', value: 2.03 })
  })

  it('give its value when the next attempt starts while it finishes', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 1 })
    const trial = await world.next(sweep)
    await log(world, trial, 1, 0)
    const racing = interleave(world.deps, 'before', 'replaceLive', async () => {
      await world.minutes(1)
      await log(world, await world.next(sweep), 2, 0)
    })
    await finishRun(racing, runKeyOf(trial), { state: 'finished', attempt: 1 })
    expect((await readTrials(world.deps, sweep))[0]).toMatchObject({
      state: 'finished',
      attempt: 1,
      value: 1,
    })
  })
})

describe('the counters of a sweep', () => {
  const finish = (by: Deps, trial: TrialRecord, loss: number) =>
    finishRun(by, runKeyOf(trial), { state: 'finished', attempt: trial.attempt, summary: { loss } })
  async function expectRight(world: SingleFaultWorld, sweep: SweepKey) {
    const [head, trials] = [await world.deps.store.getHead(sweep), await readTrials(world.deps, sweep)]
    const ended = Object.fromEntries(
      Object.keys(NONE_ENDED).map((state) => [state, trials.filter((trial) => trial.state === state).length]),
    )
    const values = trials.flatMap(({ state, value }) => (state === 'finished' ? (value ?? []) : []))
    expect(head).toMatchObject({ state: 'finished', ended, waiting: [] })
    expect(head?.best?.value).toBe(values.length > 0 ? Math.min(...values) : undefined)
    expect((await world.deps.store.listOpenSweeps({ limit: 1 })).items).toEqual([])
  }
  const PLACES = (['before', 'after'] as const).flatMap((place) =>
    (['addWaiting', 'replaceLive', 'closeTrial', 'offerBest', 'countEnded', 'removeWaiting'] as const).map(
      (method) => [place, method] as const,
    ),
  )

  it.each(PLACES)('are right after the last finish died %s %s', async (place, method) => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 2, retry: { max_attempts: 1 } })
    const [one, two] = [await world.next(sweep), await world.next(sweep)]
    await finish(world.deps, one, 2)
    await died(finish(dying(world.deps, place, method), two, 1))
    await world.minutes(4)
    await expectRight(world, sweep)
  })

  it.each(PLACES)('are right after a late finish died %s %s', async (place, method) => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 2, retry: { max_attempts: 1 } })
    const [one, two] = [await world.next(sweep), await world.next(sweep)]
    await finish(world.deps, one, 2)
    await world.minutes(2)
    await expectRight(world, sweep)
    await died(finish(dying(world.deps, place, method), two, 1))
    await world.minutes(4)
    await expectRight(world, sweep)
    const [trial, live] = [
      (await readTrials(world.deps, sweep))[1],
      await world.deps.store.getLive(runKeyOf(two)),
    ]
    expect(trial?.state).toBe(live?.state)
  })

  it('are right when reconcile recounts between closing and counting a trial', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 1 })
    const trial = await world.next(sweep)
    for (let beats = 0; beats < 4; beats++) {
      world.advance(20)
      await heartbeat(world.deps, runKeyOf(trial), {})
    }
    await finish(
      interleave(world.deps, 'after', 'closeTrial', () => reconcile(world.deps)),
      trial,
      1,
    )
    await world.minutes(2)
    await expectRight(world, sweep)
  })

  it('are right when a late finish was added to `waiting` before the crash was counted, and died', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 1, retry: { max_attempts: 1 } })
    const trial = await world.next(sweep)
    world.advance(61)
    let late: Promise<boolean> | undefined
    const before = interleave(world.deps, 'before', 'countEnded', async () => {
      const announced = new Promise<void>((go) => {
        late = died(
          finish(dying(interleave(world.deps, 'after', 'addWaiting', go), 'after', 'closeTrial'), trial, 1),
        )
      })
      await announced
    })
    await reconcile(before)
    expect(await late).toBe(true)
    await world.minutes(3)
    await expectRight(world, sweep)
  })

  it('are right when replacing a crash by a late result was applied twice', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 1, retry: { max_attempts: 1 } })
    const trial = await world.next(sweep)
    await world.minutes(2)
    const doubled = interleave(world.deps, 'before', 'countEnded', () =>
      world.deps.store.countEnded(sweep, 'finished', 'crashed', 0),
    )
    await finish(doubled, trial, 1)
    await world.minutes(2)
    await expectRight(world, sweep)
  })

  it('are right when a lost increment and a doubled one cancel out', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 2 })
    const [one, two] = [await world.next(sweep), await world.next(sweep)]
    await died(
      finishRun(dying(world.deps, 'before', 'countEnded'), runKeyOf(one), { state: 'failed', attempt: 1 }),
    )
    await world.deps.store.countEnded(sweep, 'finished', undefined, world.deps.clock.now())
    await finish(world.deps, two, 1)
    await world.minutes(2)
    await expectRight(world, sweep)
  })

  it('are right when the last increment was applied twice', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...GRID, run_cap: 2 })
    const [one, two] = [await world.next(sweep), await world.next(sweep)]
    const doubled = interleave(world.deps, 'before', 'countEnded', () =>
      world.deps.store.countEnded(sweep, 'finished', undefined, 0),
    )
    await finish(world.deps, one, 2)
    await finish(doubled, two, 1)
    await world.minutes(2)
    await expectRight(world, sweep)
  })
})

describe('a deletion', () => {
  it('of a sweep answers a run that ends meanwhile', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    const trial = await world.next(sweep)
    const racing = interleave(world.deps, 'after', 'replaceLive', () => deleteSweep(world.deps, sweep))
    const end = { state: 'finished', attempt: 1, summary: { loss: 1 } } as const
    expect(await finishRun(racing, runKeyOf(trial), end)).toEqual({ state: 'finished', kept: true })
    await expect(finishRun(world.deps, runKeyOf(trial), end)).rejects.toMatchObject({ code: 'run-not-found' })
  })

  it('of a sweep deletes its runs, also open ones', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    const trial = await world.next(sweep)
    await deleteSweep(world.deps, sweep)
    expect(await world.deps.store.getLive(runKeyOf(trial))).toBeUndefined()
    await expect(heartbeat(world.deps, runKeyOf(trial), { attempt: 1 })).rejects.toMatchObject({
      code: 'run-not-found',
    })
  })

  it('is completed by its repetition wherever it died, and leaves no item', async () => {
    for (let requests = 0; requests < 12; requests++) {
      const world = singleFaultWorld()
      const sweep = await world.sweep(GRID)
      const trial = await world.next(sweep)
      const dead = world.dyingAfter(requests)
      await died(deleteSweep(dead, sweep))
      await deleteSweep(world.deps, sweep).catch(expectNotFound)
      // It may find out that the run is gone before it dies.
      await died(deleteRun(world.dyingAfter(requests), runKeyOf(trial))).catch(expectNotFound)
      await deleteRun(world.deps, runKeyOf(trial)).catch(expectNotFound)
      expect(await world.deps.store.findSweep(sweep.sweep)).toBeUndefined()
      expect(world.left(sweep.sweep)).toEqual([])
    }
  })
})

const expectNotFound = (error: unknown) => expect(error).toMatchObject({ kind: 'not-found' })

describe('a target', () => {
  const target = { ...GRID, metric: { name: 'loss', goal: 'minimize', target: 0.5 } }
  const reach = (by: Deps, trial: TrialRecord) =>
    finishRun(by, runKeyOf(trial), { state: 'finished', attempt: 1, summary: { loss: 0.1 } })

  it('ends the sweep although a trial is handed out concurrently', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(target)
    const trial = await world.next(sweep)
    await reach(
      interleave(world.deps, 'before', 'replaceHead', () => world.next(sweep)),
      trial,
    )
    expect((await world.deps.store.getHead(sweep))?.state).toBe('finished')
  })

  it.each(['replaceLive', 'closeTrial', 'countEnded', 'replaceHead'] as const)(
    'ends the sweep although the request died after %s',
    async (method) => {
      const world = singleFaultWorld()
      const sweep = await world.sweep(target)
      const trial = await world.next(sweep)
      expect(await died(reach(dying(world.deps, 'after', method), trial))).toBe(true)
      await world.minutes(1)
      expect((await world.deps.store.getHead(sweep))?.state).toBe('finished')
    },
  )

  it('does not end a sweep again that a user reopened', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({ ...target, run_cap: 1 })
    const trial = await world.next(sweep)
    await reach(world.deps, trial)
    await updateSweep(world.deps, sweep, { run_cap: 3 })
    await reach(world.deps, trial)
    await world.minutes(2)
    expect((await world.deps.store.getHead(sweep))?.state).toBe('running')
  })
})

describe('an agent with stale information', () => {
  it('gets no attempt that a repair has requeued', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    const slow = interleave(world.deps, 'before', 'createRun', () => world.minutes(1))
    expect(await world.next(sweep, slow)).toMatchObject({ attempt: 2 })
  })

  it('gets no trial whose run a user has deleted', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    const request = { count: 1, idempotencyKey: 'mine' }
    const first = await nextTrial(world.deps, sweep, request)
    const { trial } = first.kind === 'trials' ? first.trials[0]! : expect.fail()
    await deleteRun(world.deps, runKeyOf(trial))
    expect(await nextTrial(world.deps, sweep, request)).toMatchObject({ kind: 'wait' })
    expect(await world.deps.store.getLive(runKeyOf(trial))).toBeUndefined()
  })

  it('finishes its trial when the sweep is finished during its claim', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(GRID)
    await enqueueTrial(world.deps, sweep, { params: { a: 2 } })
    // The run is claimed, and its trial not yet moved.
    const claiming = interleave(world.deps, 'before', 'moveTrial', () =>
      updateSweep(world.deps, sweep, { state: 'finished' }),
    )
    const trial = await world.next(sweep, claiming)
    expect(await heartbeat(world.deps, runKeyOf(trial), { attempt: 1 })).toMatchObject({ stop: false })
  })
})

describe('an agent function', () => {
  it('never gets more trials than `concurrency` when two end at once', async () => {
    const world = singleFaultWorld()
    const sweep = await world.sweep({
      ...GRID,
      parameters: { a: { min: 1, max: 20 } },
      dispatch: { agent: 'digits', concurrency: 2 },
    })
    const claimed = await Promise.all(
      world.messages.map((message) =>
        claimRun(world.deps, { ...sweep, run: message.run }, { attempt: message.attempt }),
      ),
    )
    const end = (by: Deps, at: number) =>
      finishRun(by, claimed[at]!.live.key, { state: 'finished', attempt: 1 })
    await end(
      interleave(world.deps, 'after', 'countEnded', () => end(world.deps, 1)),
      0,
    )
    const open = (await readTrials(world.deps, sweep)).filter(({ state }) => state === 'queued')
    expect(open).toHaveLength(2)
  })
})

describe('a rung', () => {
  const config = {
    ...GRID,
    method: 'random',
    parameters: { lr: { distribution: 'uniform', min: 0, max: 1 } },
    run_cap: 4,
    early_terminate: { type: 'hyperband', min_iter: 1, eta: 3 },
  }
  const log = (by: Deps, trial: TrialRecord, loss: number) =>
    reportMetrics(by, runKeyOf(trial), {
      rows: [0, 1].map((index) => ({ index, at: 0, values: { loss } })),
      attempt: 1,
    })

  it.each([
    ['after', 'replaceLive'],
    ['before', 'putRung'],
    ['after', 'putRung'],
    ['before', 'listRung'],
  ] as const)('is passed by the repetition of a request that died %s %s', async (place, method) => {
    const world = singleFaultWorld()
    const sweep = await world.sweep(config)
    const [good, bad] = [await world.next(sweep), await world.next(sweep)]
    await died(log(dying(world.deps, place, method), good, 1))
    await log(world.deps, good, 1)
    await died(log(dying(world.deps, place, method), bad, 2))
    expect(await log(world.deps, bad, 2)).toMatchObject({ stop: true })
  })
})
