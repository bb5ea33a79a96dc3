import { type RunKey, runPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { noteEdited } from './edited-runs.ts'

/** A run has few writers (its agent, sometimes reconcile or a user), so many lost races in a row are an error. */
export const MAX_TRIES = 20

export interface Change<T> {
  /** Absent when there is nothing to write. {@link changeLive} sets `rev`. */
  readonly next?: RunLive | undefined
  readonly answer: T
}

/**
 * Reads the live half of a run, decides, and writes it; decides again when another writer was first. A decision may read, and may
 * write what is safe to write twice. Returns the live half after the change, or undefined when there is no such run.
 */
export async function changeLive<T>(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: RunKey,
  decide: (live: RunLive) => Change<T> | Promise<Change<T>>,
  known?: RunLive,
): Promise<{ live: RunLive; answer: T } | undefined> {
  let live = known ?? (await deps.store.getLive(key))
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (!live) return undefined
    const { next, answer } = await decide(live)
    if (!next) return { live, answer }
    const written = { ...next, rev: live.rev + 1 }
    if (isEnd(live.state)) await noteEdited(deps, key)
    if (await deps.store.replaceLive(written)) return { live: written, answer }
    live = await deps.store.getLive(key)
  }
  throw runBusy(key)
}

export const runNotFound = (key: RunKey): Problem =>
  new Problem('not-found', 'run-not-found', `there is no run ${runPath(key)}; check the path`)

/** A conditional write lost too many races in a row. */
export const runBusy = (key: RunKey): Problem =>
  new Problem(
    'retryable',
    'run-busy',
    `too many concurrent writes to run ${runPath(key)}; send the request again`,
    { retryAfter: 1 },
  )
