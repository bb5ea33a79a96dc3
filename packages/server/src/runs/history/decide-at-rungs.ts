import type { SweepKey } from '@chimney/core/schema/names'
import type { RungValue, Stopper } from '@chimney/core/stoppers/stopper'
import type { Passed } from '@chimney/core/sweep/observe'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { objectiveOf } from './objective.ts'

type RungDeps = Pick<Deps, 'store'>

/**
 * Stores the values at all passed rungs and asks the stopper at the highest one. Reads the current sweep first, since nothing may
 * be written to a deleted sweep; then the peers at that rung in one query, and for a stopper that looks ahead those at the next
 * rung in another. A stopper that looks at one trial alone needs no peers and is asked at each passed rung.
 */
export async function decideAtRungs(
  deps: RungDeps,
  live: RunLive,
  passed: readonly Passed[],
  cached: Stopper | undefined,
): Promise<RunLive['stop']> {
  const { sweep, number } = live
  const last = passed.at(-1)
  if (sweep === undefined || number === undefined || !last) return undefined
  const key = { entity: live.key.entity, project: live.key.project, sweep }
  const stopper = cached?.alone ? cached : await currentStopper(deps, key)
  if (!stopper) return undefined
  const { peers, ahead } = stopper.alone
    ? { peers: [], ahead: [] }
    : await exchangeRungs(deps, key, stopper, number, passed, last)
  for (const { rung, ...values } of stopper.alone ? passed : [last]) {
    const self = { number, ...values }
    const decision = stopper.decide({ rung, self, peers: [...peers, self], ahead })
    if (decision.stop) return { reason: decision.reason, by: 'stopper', rung: last.rung }
  }
  return undefined
}

/** Writes this trial's values at the passed rungs, and reads those of the other trials. */
async function exchangeRungs(
  deps: RungDeps,
  key: SweepKey,
  stopper: Stopper,
  number: number,
  passed: readonly Passed[],
  last: Passed,
): Promise<{ readonly peers: readonly RungValue[]; readonly ahead: readonly RungValue[] }> {
  await Promise.all(
    passed.map(({ rung, loss, best, mean, error }) =>
      deps.store.putRung(key, rung, {
        number,
        loss,
        best,
        ...(mean !== undefined && error !== undefined && { mean, error }),
      }),
    ),
  )
  const next = stopper.looksAhead && stopper.nextRung(last.rung)
  const [here, there] = await Promise.all([
    deps.store.listRung(key, last.rung),
    next === undefined ? [] : deps.store.listRung(key, next),
  ])
  const others = (values: readonly RungValue[]) => values.filter((peer) => peer.number !== number)
  return { peers: others(here), ahead: others(there) }
}

async function currentStopper(deps: RungDeps, key: SweepKey): Promise<Stopper | undefined> {
  const sweep = await deps.store.getSweep(key)
  return sweep && objectiveOf(sweep.record.config)?.stopper
}
