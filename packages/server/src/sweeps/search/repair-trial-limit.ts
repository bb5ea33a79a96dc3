import type { SweepKey } from '@chimney/core/schema/names'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import { searchOf } from './search.ts'

/**
 * Sets the limit of a sweep to what its run cap and its space say. The stored limit is stale after a change of the cap that
 * died half-way, or after an enqueued trial whose request died. True when it was stale; then the caller must read it again.
 */
export async function repairTrialLimit(deps: Pick<Deps, 'store' | 'clock'>, key: SweepKey): Promise<boolean> {
  // Reads both halves: a cap that was read earlier than the limit would undo a concurrent change of the cap.
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return false
  const { record, head } = sweep
  const limit = trialLimit(await searchOf(deps, record, head), record.config.run_cap)
  if (limit === head.limit) return false
  const { limit: _, ...rest } = head
  await deps.store.replaceHead(key, { ...rest, ...(limit !== undefined && { limit }), rev: head.rev + 1 }, 0)
  return true
}
