/** The invariants that hold when all work has ended, whatever faults occurred. */

import { EMPTY_HISTORY } from '@chimney/core/samplers/sampler'
import { stringifyJson } from '@chimney/core/schema/json'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import { planTrials, trialLimit } from '@chimney/core/sweep/plan'
import { readHistory } from '@chimney/server/runs/history/read-history'
import { summaryOf } from '@chimney/server/runs/live/summary'
import type { SweepHead, SweepRecord } from '@chimney/server/store/sweeps'
import type { TrialRecord } from '@chimney/server/store/trials'
import { searchOf } from '@chimney/server/sweeps/search/search'
import { readTrials } from '@chimney/server/sweeps/trials/read-trials'
import { NONE_ENDED } from '@chimney/server/sweeps/trials/trial-counts'
import { expect } from 'vitest'
import type { Scene } from './simulation-actors.ts'
import { attemptOfLoss } from './simulation-ledger.ts'

const WHOLE = { series: 'metrics', from: 0, to: Number.MAX_SAFE_INTEGER, limit: 100_000 } as const

export async function checkAtRest(scene: Scene): Promise<void> {
  const { faultless: deps } = scene.world
  const { sweep } = scene
  const found = await deps.store.getSweep(sweep)
  expect((await deps.store.listOpenSweeps({ limit: 10 })).items, 'open sweeps').toEqual([])
  if (!found) {
    expect(scene.deleted, 'the sweep is gone').toBe(true)
    expect(await deps.store.findSweep(sweep.sweep), 'the id of the deleted sweep').toBeUndefined()
    return
  }
  const trials = await readTrials(deps, sweep)
  checkCounters(found.head, trials)
  expect(found.head.best?.number, 'the best trial').toBe(bestOf(trials, found.record.config.replicates))
  await checkPlan(scene, found.record, found.head, trials)
  await checkRuns(scene, trials)
  await checkRows(scene)
  checkEnqueued(scene, trials)
}

function checkCounters(head: SweepHead, trials: readonly TrialRecord[]): void {
  expect(['finished', 'cancelled'], 'the state of the sweep').toContain(head.state)
  expect(
    trials.map(({ key }) => key.number),
    'the numbers',
  ).toEqual(Array.from({ length: head.taken }, (_, i) => i + 1))
  expect(
    trials.filter(({ state }) => !isEnd(state)).map(({ key }) => key.number),
    'open trials',
  ).toEqual([])
  const ended: Record<string, number> = { ...NONE_ENDED }
  for (const { state } of trials) ended[state] = (ended[state] ?? 0) + 1
  expect(head.ended, 'the counters').toEqual(ended)
  expect(head.waiting, 'waiting trials').toEqual([])
}

/** The number of the best trial; with replicates the first number of the best point, whose trials have all ended. */
function bestOf(trials: readonly TrialRecord[], replicates = 1): number | undefined {
  const points = new Map<number, TrialRecord[]>()
  for (const trial of trials) {
    const first = trial.replicate?.first ?? trial.key.number
    points.set(first, [...(points.get(first) ?? []), trial])
  }
  const losses = [...points].flatMap(([number, point]) => {
    const [{ replicate } = {}] = point
    if (point.length < (replicate ? replicates : 1)) return []
    const done = point.filter(({ state, loss }) => state === 'finished' && loss !== undefined)
    return done.length === 0
      ? []
      : [{ number, loss: done.reduce((sum, { loss }) => sum + loss!, 0) / done.length }]
  })
  return losses.toSorted((a, b) => a.loss - b.loss || a.number - b.number)[0]?.number
}

/** Parameters follow from seed, number and the enqueued trials; each point of a finite space runs once. */
async function checkPlan(
  { world }: Scene,
  record: SweepRecord,
  head: SweepHead,
  trials: readonly TrialRecord[],
): Promise<void> {
  const search = await searchOf(world.faultless, record, head)
  const chosen = new Set(head.enqueued)
  const sampled = trials.filter(({ key }) => !chosen.has(key.number))
  const planned = planTrials(
    search,
    sampled.map(({ key }) => key.number),
    EMPTY_HISTORY,
  )
  const text = ({ params }: { params: TrialRecord['params'] }) => stringifyJson(params)
  expect(sampled.map(text), 'the parameters by number').toEqual(planned.map(text))
  // The limit of a cancelled sweep is not repaired after an enqueued trial whose request died.
  if (head.state !== 'cancelled')
    expect(head.limit, 'the limit').toBe(trialLimit(search, record.config.run_cap))
  const cells = search.sampler.capacity({ space: search.space, seed: record.seed, enqueued: [] })
  if (!Number.isFinite(cells)) return
  const tried = new Set<string>()
  for (const trial of trials) {
    if (!chosen.has(trial.key.number))
      expect(
        (trial.replicate?.index ?? 1) > 1 || !tried.has(text(trial)),
        `the cell of number ${trial.key.number} is new`,
      ).toBe(true)
    if (Object.keys(trial.params).length > 0) tried.add(text(trial))
  }
  if (head.state !== 'cancelled' && head.limit === head.taken && record.config.run_cap === undefined)
    expect(tried.size, 'cells that ran').toBe(cells)
}

async function checkRuns({ world, ledger }: Scene, trials: readonly TrialRecord[]): Promise<void> {
  for (const { key, run, state, attempt, value, amended, voided } of trials) {
    const live = await world.faultless.store.getLive({ entity: key.entity, project: key.project, run })
    // An enqueued trial whose request died before it stored its parameters never had a run.
    if (live) expect([live.state, live.endedBy], `the end of run ${run}`).toEqual([state, attempt])
    if (live) expect([amended, voided], `the amendments of ${run}`).toEqual([live.amended, live.voided])
    if (voided) expect([state, value], `the void trial ${key.number}`).toEqual(['killed', undefined])
    if (live && state === 'finished')
      expect(value, `the value of ${run} and its summary`).toBe(summaryOf(live).loss)
    const corrections = ledger.corrections.get(run)
    const kept = ledger.kept.get(run)
    if (kept && ledger.undone.has(run))
      expect(attempt, `the attempt of ${run}`).toBeGreaterThanOrEqual(kept.attempt)
    if (kept && !ledger.undone.has(run))
      expect({ state, attempt }, `the kept outcome of ${run}`).toEqual({
        state: kept.state,
        attempt: kept.attempt,
      })
    if (kept?.value !== undefined && state === 'finished' && !corrections && !ledger.undone.has(run))
      expect(ledger.endsOf(run, kept.attempt), `the value of ${run}`).toContain(value)
    if (value !== undefined && !corrections?.has(value))
      expect(attemptOfLoss(key.number, value), `the attempt of the value of ${run}`).toBe(attempt)
  }
}

async function checkRows({ world, sweep, ledger }: Scene): Promise<void> {
  for (const { run, attempt, steps } of ledger.rows.values()) {
    if (ledger.deletedRuns.has(run)) continue
    const key = { entity: sweep.entity, project: sweep.project, run }
    const chunks = await world.faultless.store.listChunks(key, 'metrics')
    const stored = chunks.filter((chunk) => chunk.attempt === attempt).flatMap(({ rows }) => rows)
    const live = await world.faultless.store.getLive(key)
    const shown = live?.endedBy === attempt ? (await readHistory(world.faultless, key, WHOLE))?.rows : stored
    for (const step of steps) {
      expect(
        stored.some(({ index }) => index === step),
        `step ${step} of ${run}, attempt ${attempt}, is stored`,
      ).toBe(true)
      const row = shown?.find(({ index }) => index === step)
      const loss = row?.values.loss as number | undefined
      expect(loss, `step ${step} of ${run}, whose attempt ${attempt} was kept, is shown`).toBeDefined()
      expect(attemptOfLoss(Number(run.split('-')[1]), loss!), `the attempt of step ${step} of ${run}`).toBe(
        attempt,
      )
    }
  }
}

function checkEnqueued({ ledger }: Scene, trials: readonly TrialRecord[]): void {
  const real = trials.filter(
    ({ suggestedBy, params }) => suggestedBy?.arm === 'enqueued' && Object.keys(params).length > 0,
  )
  const numbers = [...ledger.enqueued.values()].flatMap(({ number }) => number ?? [])
  expect(new Set(numbers).size, 'different numbers for different requests').toBe(numbers.length)
  for (const { params, number } of ledger.enqueued.values()) {
    if (number === undefined) continue
    const trial = real.find(({ key }) => key.number === number)
    expect(trial && stringifyJson(trial.params), `the enqueued trial ${number}`).toBe(stringifyJson(params))
  }
  expect(real.length, 'enqueued trials').toBeLessThanOrEqual(ledger.enqueued.size)
}
