import type { SweepPatch } from '@chimney/core/schema/api/sweeps'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { canMoveSweep, type SweepState } from '@chimney/core/sweep/lifecycle'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import { requeueDeleted } from '../amendments/requeue-trials.ts'
import { failureCounts } from '../handout/limit-sweep.ts'
import { type LoadedSweep, loadSweep, sweepBusy } from '../load-sweep.ts'
import { searchOf } from '../search/search.ts'
import { applySweepState } from './apply-sweep-state.ts'

type UpdateDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>

/** Hand-outs change the head of a busy sweep between read and write; so many lost races in a row are an error. */
const TRIES = 100

/** Changes the state, run cap, name, description or archiving of a sweep, and applies the new state to its trials. */
export async function updateSweep(deps: UpdateDeps, key: SweepKey, patch: SweepPatch): Promise<LoadedSweep> {
  const { state: _, ...ofRecord } = patch
  if (Object.values(ofRecord).some((value) => value !== undefined)) await changeRecord(deps, key, patch)
  // As in W&B: who deletes runs of a grid and resumes the sweep wants their cells to run again.
  if (patch.state === 'running') {
    const sweep = await loadSweep(deps, key)
    if (sweep.head.state !== 'cancelled') await requeueDeleted(deps, sweep)
  }
  const { changed, ...sweep } = await changeHead(deps, key, patch)
  if (changed) await applySweepState(deps, sweep)
  return loadSweep(deps, key)
}

async function changeRecord(deps: UpdateDeps, key: SweepKey, patch: SweepPatch): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { record, head } = await loadSweep(deps, key)
    if (patch.run_cap !== undefined && head.state === 'cancelled')
      throw wrongMove(key, 'cancelled', 'running')
    if (await deps.store.replaceSweep(patched(record, patch))) return
  }
  throw sweepBusy(key)
}

/** `null` clears a field; an absent field stays. */
function patched(record: SweepRecord, patch: SweepPatch): SweepRecord {
  const { description, displayName, archived, config, ...rest } = record
  const { run_cap, ...others } = config
  const cap = patch.run_cap === undefined ? run_cap : (patch.run_cap ?? undefined)
  const text = patch.description === undefined ? description : (patch.description ?? undefined)
  const name = patch.name === undefined ? displayName : (patch.name ?? undefined)
  return {
    ...rest,
    config: { ...others, ...(cap !== undefined && { run_cap: cap }) },
    ...(text !== undefined && { description: text }),
    ...(name !== undefined && { displayName: name }),
    ...((patch.archived ?? archived) && { archived: true }),
    rev: record.rev + 1,
  }
}

async function changeHead(
  deps: UpdateDeps,
  key: SweepKey,
  patch: SweepPatch,
): Promise<LoadedSweep & { changed: boolean }> {
  for (let tries = 0; tries < TRIES; tries++) {
    const sweep = await loadSweep(deps, key)
    const { record, head } = sweep
    const limit =
      patch.run_cap === undefined
        ? head.limit
        : trialLimit(await searchOf(deps, record, head), record.config.run_cap)
    const hasRoom = limit === undefined || limit > head.taken
    const state = nextState(key, head.state, patch, hasRoom)
    if (state === head.state && limit === head.limit) return { ...sweep, changed: false }
    const { limit: _, reason, ...rest } = head
    const isMoved = state !== head.state
    const next: SweepHead = {
      ...rest,
      state,
      ...(reason !== undefined && !isMoved && { reason }),
      // Failures from before do not pause the sweep again.
      ...(isMoved && state === 'running' && { resumedAt: failureCounts(head) }),
      ...(limit !== undefined && { limit }),
      updatedAt: deps.clock.now(),
      rev: head.rev + 1,
    }
    if (await deps.store.replaceHead(key, next, 0)) return { record, head: next, changed: true }
  }
  throw sweepBusy(key)
}

/** The state after the patch. A raised cap reopens a finished sweep that has trials left under it. */
function nextState(key: SweepKey, from: SweepState, patch: SweepPatch, hasRoom: boolean): SweepState {
  const to = patch.state ?? (patch.run_cap !== undefined && from === 'finished' && hasRoom ? 'running' : from)
  if (to === from) return from
  if (!canMoveSweep(from, to)) throw wrongMove(key, from, to)
  if (from === 'finished' && !hasRoom)
    throw new Problem(
      'conflict',
      'nothing-left',
      `sweep ${sweepPath(key)} has handed out all its trials; requeue trials, enqueue parameters, or raise its run_cap if it has one`,
    )
  return to
}

const wrongMove = (key: SweepKey, from: SweepState, to: SweepState): Problem =>
  new Problem(
    'conflict',
    'wrong-state',
    `sweep ${sweepPath(key)} is ${from} and cannot become ${to}${from === 'cancelled' ? '; create a new sweep' : ''}`,
  )
