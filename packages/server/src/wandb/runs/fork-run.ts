import { isObject, type Json, numberOf } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { putMetricRows } from '../../runs/history/media-rows.ts'
import { readRows } from '../../runs/history/read-rows.ts'
import { runNotFound } from '../../runs/live/change-live.ts'
import { stepOf } from './run-history.ts'

/** Where a new run branches off another one of its project. */
export interface BranchPoint {
  readonly run: string
  /** The last step that both have. */
  readonly step: number
}

/** What a client that was called with `fork_from` notes in its own part of the config of a run. */
export function branchPointOf(key: RunKey, wandb: { readonly [key: string]: Json } | undefined) {
  const point = wandb?.branch_point
  if (!isObject(point) || typeof point.run_id !== 'string' || point.run_id === key.run) return undefined
  const step = numberOf(point.step)
  return step === undefined ? undefined : { run: point.run_id, step }
}

/**
 * Copies the other run's rows up to that step and returns their number, from which the fork continues. Idempotent while the
 * other run does not change before that step.
 */
export async function copyHistory(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: RunKey,
  { run, step }: BranchPoint,
): Promise<number> {
  const parent = { ...key, run }
  if (!(await deps.store.getLive(parent))) throw runNotFound(parent)
  const rows = (await readRows(deps, parent, 'metrics'))
    .filter((row) => stepOf(row) <= step)
    .map((row, index) => ({ ...row, index }))
  if (rows.length > 0) await putMetricRows(deps, key, { attempt: 1, receivedAt: deps.clock.now(), rows })
  return rows.length
}
