import { type RunKey, runPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'

/** Writers of one run are its agent and now and then reconcile or a person: losing this often in a row is no accident. */
const ATTEMPTS = 20

export interface Change<T> {
  /** Absent when there is nothing to write. `rev` is set by the caller of this decision. */
  readonly next?: RunLive | undefined
  readonly answer: T
}

/**
 * Reads the live half, decides, and writes it unless another writer was first, in which case it decides anew. A decision
 * may read, and write what can be written twice. Answers what stands afterwards, or undefined when there is no such run.
 */
export async function changeLive<T>(
  deps: Pick<Deps, 'store'>,
  key: RunKey,
  decide: (live: RunLive) => Change<T> | Promise<Change<T>>,
  known?: RunLive,
): Promise<{ live: RunLive; answer: T } | undefined> {
  let live = known ?? (await deps.store.getLive(key))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (!live) return undefined
    const { next, answer } = await decide(live)
    if (!next) return { live, answer }
    const written = { ...next, rev: live.rev + 1 }
    if (await deps.store.replaceLive(written)) return { live: written, answer }
    live = await deps.store.getLive(key)
  }
  throw new Problem(
    'retryable',
    'run-busy',
    `too many writers at run ${runPath(key)}; send the request again`,
    {
      retryAfter: 1,
    },
  )
}

export const runNotFound = (key: RunKey): Problem =>
  new Problem('not-found', 'run-not-found', `there is no run ${runPath(key)}; check the path`)
