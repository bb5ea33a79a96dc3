import type { SweepKey } from '@chimney/core/schema/names'
import { trialLimit } from '@chimney/core/sweep/plan'
import type { Deps } from '../../deps.ts'
import { searchOf } from './search.ts'

/**
 * Sets the limit of a sweep to what its cap and its space say. It may lag behind when a change of the cap died half-way, or when
 * an enqueued trial came to nothing. True when it was wrong; then whoever was about to rely on it reads again.
 */
export async function repairTrialLimit(deps: Pick<Deps, 'store' | 'clock'>, key: SweepKey): Promise<boolean> {
  // Both halves anew: a cap that was read earlier than the limit would undo a change of it.
  const sweep = await deps.store.getSweep(key)
  if (!sweep) return false
  const { record, head } = sweep
  const limit = trialLimit(await searchOf(deps, record, head), record.config.run_cap)
  if (limit === head.limit) return false
  const { limit: _, ...rest } = head
  await deps.store.replaceHead(key, { ...rest, ...(limit !== undefined && { limit }), rev: head.rev + 1 }, 0)
  return true
}
