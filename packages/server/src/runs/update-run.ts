import type { RunPatch } from '@chimney/core/schema/api'
import { type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { type RunKey, runPath } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../deps.ts'
import type { RunLive, RunRecord } from '../store/store.ts'
import { summaryOf } from '../sweeps/settle-trial.ts'
import { changeLive, runNotFound } from './change-live.ts'
import { stopRun } from './stop-run.ts'

const TRIES = 20

/** Changes what a person may change. `config` and `summary` are merged key by key; null clears `notes`. */
export async function updateRun(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>,
  key: RunKey,
  patch: RunPatch,
): Promise<{ record: RunRecord; live: RunLive }> {
  const { stop, summary, ...slow } = patch
  if (Object.keys(slow).length > 0) await changeRecord(deps, key, slow)
  if (summary !== undefined) {
    const merged = await changeLive(deps, key, (live) => ({
      next: {
        ...live,
        summary: stringifyJson({ ...summaryOf(live), ...(summary as { [name: string]: Json }) }),
      },
      answer: undefined,
    }))
    if (!merged) throw runNotFound(key)
  }
  if (stop) await stopRun(deps, key, 'a person asked the run to stop')
  const run = await deps.store.getRun(key)
  if (!run) throw runNotFound(key)
  return run
}

async function changeRecord(deps: Pick<Deps, 'store'>, key: RunKey, patch: RunPatch): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const run = await deps.store.getRun(key)
    if (!run) throw runNotFound(key)
    const { notes, ...rest } = run.record
    const kept = patch.notes === undefined ? notes : (patch.notes ?? undefined)
    const config = patch.config && {
      ...(parseJson(rest.config) as { [name: string]: Json }),
      ...(patch.config as { [name: string]: Json }),
    }
    const next: RunRecord = {
      ...rest,
      ...(kept !== undefined && { notes: kept }),
      ...(patch.name !== undefined && { displayName: patch.name }),
      ...(patch.tags !== undefined && { tags: patch.tags }),
      ...(config && { config: stringifyJson(config) }),
      rev: rest.rev + 1,
    }
    if (await deps.store.replaceRun(next)) return
  }
  throw new Problem(
    'retryable',
    'run-busy',
    `too many writers at run ${runPath(key)}; send the request again`,
    { retryAfter: 1 },
  )
}
