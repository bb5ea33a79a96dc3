import type { SweepKey } from '@chimney/core/schema/names'
import type { RungValue, Stopper, StopQuestion } from '@chimney/core/stoppers/stopper'
import type { Passed } from '@chimney/core/sweep/observe'
import type { Deps } from '../../deps.ts'
import type { RunLive } from '../../store/runs.ts'
import { objectiveOf } from './objective.ts'

type RungDeps = Pick<Deps, 'store'>

/** Read units of a decision. Of a rung with more values than they buy, an even selection decides. */
const RUNG_UNITS = 4
/** Of them, for the next rung if the stopper looks ahead. */
const AHEAD_UNITS = 1.5

/**
 * Stores the values at all passed rungs and asks the stopper at the highest one. Reads the current sweep first, since nothing may
 * be written to a deleted sweep; then peers at that rung, and for a stopper that looks ahead those at the next rung. A stopper that looks at one trial alone needs no peers and is asked at each passed rung.
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
  const { peers, weight, ahead } = stopper.alone
    ? { peers: [], weight: 1, ahead: [] }
    : await exchangeRungs(deps, key, stopper, number, passed, last)
  for (const { rung, ...values } of stopper.alone ? passed : [last]) {
    const self = { number, ...values }
    const decision = stopper.decide({ rung, self, peers: [...peers, self], weight, ahead })
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
): Promise<Required<Pick<StopQuestion, 'peers' | 'weight' | 'ahead'>>> {
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
    deps.store.listRung(key, last.rung, next === undefined ? RUNG_UNITS : RUNG_UNITS - AHEAD_UNITS),
    next === undefined ? { values: [] } : deps.store.listRung(key, next, AHEAD_UNITS),
  ])
  const others = (values: readonly RungValue[]) => values.filter((peer) => peer.number !== number)
  return { peers: others(here.values), weight: here.weight, ahead: others(there.values) }
}

async function currentStopper(deps: RungDeps, key: SweepKey): Promise<Stopper | undefined> {
  const sweep = await deps.store.getSweep(key)
  return sweep && objectiveOf(sweep.record.config)?.stopper
}
