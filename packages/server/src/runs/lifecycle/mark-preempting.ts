import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'

/** Marks the running attempt as preempted: if its lease expires or it fails, the trial is requeued without counting as lost. */
export async function markPreempting(deps: Pick<Deps, 'store' | 'clock'>, key: RunKey): Promise<void> {
  const changed = await changeLive(deps, key, (live) =>
    live.state !== 'running' || live.preempting
      ? { answer: undefined }
      : { next: { ...live, preempting: true }, answer: undefined },
  )
  if (!changed) throw runNotFound(key)
}
