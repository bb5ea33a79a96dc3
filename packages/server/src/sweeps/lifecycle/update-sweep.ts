import type { SweepPatch } from '@chimney/core/schema/api/sweeps'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { canMoveSweep, isEnd, type SweepState } from '@chimney/core/sweep/lifecycle'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import { stopRun } from '../../runs/lifecycle/stop-run.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { dispatchedAgent, dispatchTrials, sendTrials } from '../handout/dispatch.ts'
import { type LoadedSweep, loadSweep } from '../load-sweep.ts'
import { searchOf } from '../search/search.ts'
import { readTrials } from '../trials/read-trials.ts'

type UpdateDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/** A busy sweep's counter moves between reading and writing its head; so many misses in a row mean something else. */
const TRIES = 100

/** Changes state, cap or texts, and does what follows: pausing waits, resuming sends, cancelling tells running trials to stop. */
export async function updateSweep(deps: UpdateDeps, key: SweepKey, patch: SweepPatch): Promise<LoadedSweep> {
  if (patch.run_cap !== undefined || patch.description !== undefined || patch.name !== undefined)
    await changeRecord(deps, key, patch)
  const { changed, ...sweep } = await changeHead(deps, key, patch)
  if (changed) await follow(deps, sweep)
  return loadSweep(deps, key)
}

async function changeRecord(deps: UpdateDeps, key: SweepKey, patch: SweepPatch): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { record, head } = await loadSweep(deps, key)
    if (patch.run_cap !== undefined && head.state === 'cancelled')
      throw wrongMove(key, 'cancelled', 'running')
    if (await deps.store.replaceSweep(patched(record, patch))) return
  }
  throw busy(key)
}

/** null clears; absent keeps. */
function patched(record: SweepRecord, patch: SweepPatch): SweepRecord {
  const { description, displayName, config, ...rest } = record
  const { run_cap, ...others } = config
  const cap = patch.run_cap === undefined ? run_cap : (patch.run_cap ?? undefined)
  const text = patch.description === undefined ? description : (patch.description ?? undefined)
  const name = patch.name === undefined ? displayName : (patch.name ?? undefined)
  return {
    ...rest,
    config: { ...others, ...(cap !== undefined && { run_cap: cap }) },
    ...(text !== undefined && { description: text }),
    ...(name !== undefined && { displayName: name }),
    rev: record.rev + 1,
  }
}

async function changeHead(
  deps: UpdateDeps,
  key: SweepKey,
  patch: SweepPatch,
): Promise<LoadedSweep & { changed: boolean }> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const sweep = await loadSweep(deps, key)
    const { record, head } = sweep
    const limit =
      patch.run_cap === undefined
        ? head.limit
        : trialLimit(await searchOf(deps, record, head), record.config.run_cap)
    const room = limit === undefined || limit > head.taken
    const state = nextState(key, head.state, patch, room)
    if (state === head.state && limit === head.limit) return { ...sweep, changed: false }
    const { limit: _, ...rest } = head
    const next: SweepHead = {
      ...rest,
      state,
      ...(limit !== undefined && { limit }),
      updatedAt: deps.clock.now(),
      rev: head.rev + 1,
    }
    if (await deps.store.replaceHead(key, next, 0)) return { record, head: next, changed: true }
  }
  throw busy(key)
}

/** Where the patch leads; a raised cap reopens a sweep that had ended because of it. */
function nextState(key: SweepKey, from: SweepState, patch: SweepPatch, room: boolean): SweepState {
  const to = patch.state ?? (patch.run_cap !== undefined && from === 'finished' && room ? 'running' : from)
  if (to === from) return from
  if (!canMoveSweep(from, to)) throw wrongMove(key, from, to)
  if (from === 'finished' && !room)
    throw new Problem(
      'conflict',
      'nothing-left',
      `sweep ${sweepPath(key)} has handed out everything there is; raise its run_cap to reopen it`,
    )
  return to
}

const wrongMove = (key: SweepKey, from: SweepState, to: SweepState): Problem =>
  new Problem(
    'conflict',
    'wrong-state',
    `sweep ${sweepPath(key)} is ${from} and cannot become ${to}${from === 'cancelled' ? '; make a new sweep' : ''}`,
  )

const busy = (key: SweepKey): Problem =>
  new Problem(
    'retryable',
    'sweep-busy',
    `too many writers at sweep ${sweepPath(key)}; send the request again`,
    { retryAfter: 1 },
  )

/** What a state means for the trials that are open. Repeating it is harmless; reconcile does, for whatever is lost here. */
export async function follow(deps: UpdateDeps, { record, head }: LoadedSweep): Promise<void> {
  const key = record.key
  if (head.state === 'running') {
    if (dispatchedAgent(record) !== undefined) {
      const queued = (await openTrials(deps, record, head)).filter((trial) => trial.state === 'queued')
      await sendTrials(deps, record, queued)
      await dispatchTrials(deps, record, head)
    }
    return
  }
  if (head.state === 'paused') return
  // No new trials: what waits in the queue never starts. Cancelling also stops what runs.
  const trials = (await openTrials(deps, record, head)).filter(
    (trial) => head.state === 'cancelled' || trial.state === 'queued',
  )
  const reason =
    head.state === 'cancelled' ? 'the sweep was cancelled' : 'the sweep was stopped before the trial began'
  for (const trial of trials) {
    const run = { entity: key.entity, project: key.project, run: trial.run }
    // The trial may not know yet that its run has begun.
    await stopRun(deps, run, reason, { onlyQueued: head.state === 'finished' })
  }
}

const openTrials = async (
  deps: UpdateDeps,
  record: SweepRecord,
  head: SweepHead,
): Promise<readonly TrialRecord[]> =>
  (await readTrials(deps, record.key, head.settled)).filter((trial) => !isEnd(trial.state))
