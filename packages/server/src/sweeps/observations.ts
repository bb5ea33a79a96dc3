import {
  EMPTY_HISTORY,
  type History,
  type Infeasible,
  type Observation,
  type Pending,
} from '@chimney/core/samplers/sampler'
import type { SweepKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Search } from '@chimney/core/sweep/plan'
import type { Deps } from '../deps.ts'
import type { TrialRecord } from '../store/store.ts'

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

/** Sorts trials by what they tell a sampler. Lost and killed ones tell nothing but that they were tried. */
export function historyOf(trials: readonly TrialRecord[]): History {
  const observations: Observation[] = []
  const infeasible: Infeasible[] = []
  const pending: Pending[] = []
  const abandoned: Pending[] = []
  for (const { key, params, state, loss, rung } of trials) {
    const number = key.number
    if (!isEnd(state)) pending.push({ number, params })
    else if (loss !== undefined)
      observations.push({ number, params, loss, ...(rung !== undefined && { rung }) })
    else if (state === 'failed' || state === 'finished') infeasible.push({ number, params })
    else abandoned.push({ number, params })
  }
  return { observations, infeasible, pending, abandoned }
}

/** What the sampler asks for, and no more. */
export async function readHistory(
  deps: Pick<Deps, 'store'>,
  key: SweepKey,
  search: Search,
): Promise<History> {
  return search.sampler.needsHistory ? historyOf(await readTrials(deps, key)) : EMPTY_HISTORY
}
