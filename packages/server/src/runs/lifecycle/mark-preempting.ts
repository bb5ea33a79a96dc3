import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import { changeLive, runNotFound } from '../live/change-live.ts'

/** The machine of a running attempt is about to be taken away: if it goes silent or ends badly, the trial is given back. */
export async function markPreempting(deps: Pick<Deps, 'store'>, key: RunKey): Promise<void> {
  const changed = await changeLive(deps, key, (live) =>
    live.state !== 'running' || live.preempting
      ? { answer: undefined }
      : { next: { ...live, preempting: true }, answer: undefined },
  )
  if (!changed) throw runNotFound(key)
}
