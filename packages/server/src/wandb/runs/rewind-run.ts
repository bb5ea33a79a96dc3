import { Problem } from '@chimney/core/schema/problem'
import { NO_PROGRESS } from '@chimney/core/sweep/observe'
import { readRows } from '../../runs/history/read-rows.ts'
import { changeLive, runNotFound } from '../../runs/live/change-live.ts'
import { reopenedLive } from '../../runs/live/run-transitions.ts'
import { runKeyOf, type WandbContext } from '../graphql/context.ts'
import { stepOf } from './run-history.ts'
import type { RunView } from './run-view.ts'

/** Input of `rewindRun`. */
export interface RewindRun {
  readonly runName: string
  readonly entityName?: string | null
  readonly projectName?: string | null
  /** `_step` is the only one. */
  readonly metricName: string
  /** The last step that stays. */
  readonly metricValue: number
}

/**
 * Takes a run outside sweeps back to a step: it runs again, under its next attempt, and its next line has the number
 * `lines`. What was logged later goes when that line arrives.
 */
export async function rewindRun(
  ctx: WandbContext,
  input: RewindRun,
): Promise<RunView & { readonly lines: number }> {
  const { deps } = ctx
  const key = runKeyOf(ctx, input.entityName, input.projectName, input.runName)
  if (input.metricName !== '_step')
    throw new Problem('invalid', 'not-a-step', `a run is rewound to a _step, not to ${input.metricName}`)
  const run = await deps.store.getRun(key)
  if (!run) throw runNotFound(key)
  if (run.record.sweep !== undefined)
    throw new Problem(
      'invalid',
      'trial-of-a-sweep',
      `run ${key.run} belongs to sweep ${run.record.sweep}, where others may build on what it logged; it cannot be rewound`,
    )
  const rows = await readRows(deps, key, 'metrics')
  const later = rows.find((row) => stepOf(row) > input.metricValue)
  const lines = later ? later.index : (rows.at(-1)?.index ?? -1) + 1
  const now = deps.clock.now()
  const changed = await changeLive(
    deps,
    key,
    (live) => ({
      next: { ...reopenedLive(deps, live, now), ...NO_PROGRESS, lastIndex: lines - 1 },
      answer: undefined,
    }),
    run.live,
  )
  if (!changed) throw runNotFound(key)
  return { record: run.record, live: changed.live, lines }
}
