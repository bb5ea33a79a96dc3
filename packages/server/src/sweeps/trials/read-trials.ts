import type { SweepKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { TrialRecord } from '../../store/trials.ts'

const PAGE = 1000

/** Every trial of a sweep, ascending by number. */
export async function readTrials(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  after = 0,
): Promise<readonly TrialRecord[]> {
  const trials: TrialRecord[] = []
  for (;;) {
    const page = await deps.store.listTrials(key, { after: trials.at(-1)?.key.number ?? after, limit: PAGE })
    trials.push(...page)
    if (page.length < PAGE) return trials
  }
}
