import { parseJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import type { Params } from '@chimney/core/schema/params'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import type { RunLive, RunRecord } from '../../store/runs.ts'
import { loadSweep } from '../../sweeps/load-sweep.ts'
import { settleAmendment } from '../../sweeps/results/settle-amendment.ts'
import { runNotFound } from '../live/change-live.ts'
import { claimantOf, claimLive } from '../live/claim-live.ts'

export interface ClaimRun {
  /** The attempt in the message. */
  readonly attempt: number
  readonly agent?: string
  /** Opaque; scoped to the caller. A repeated request finds its own claim. */
  readonly idempotencyKey?: string
}

/**
 * Claims a queued trial for an agent function. A second delivery of a message gets `lease-taken`, one for an ended trial
 * `run-ended`: in both cases the message can be dropped. `sweep-paused`: the trial is sent again when the sweep is resumed.
 */
export async function claimRun(
  deps: Pick<Deps, 'store' | 'clock' | 'settings'>,
  key: RunKey,
  input: ClaimRun,
): Promise<{ record: RunRecord; live: RunLive; params: Params }> {
  const run = await deps.store.getRun(key)
  if (!run) throw runNotFound(key)
  const { sweep, number } = run.live
  if (sweep === undefined || number === undefined)
    throw new Problem(
      'conflict',
      'not-a-trial',
      `run ${key.run} belongs to no sweep, so there is nothing to claim`,
    )
  const head = await deps.store.getHead({ entity: key.entity, project: key.project, sweep })
  if (!head || head.state === 'cancelled')
    throw new Problem(
      'conflict',
      'run-ended',
      `sweep ${sweep} was ${head ? 'cancelled' : 'deleted'}; drop the message`,
    )
  if (head.state === 'paused')
    throw new Problem(
      'conflict',
      'sweep-paused',
      `sweep ${sweep} is paused; its trials are sent again when it is resumed`,
    )
  const changed = await claimLive(deps, key, claimantOf(input), { attempt: input.attempt, live: run.live })
  if (!changed) throw runNotFound(key)
  const { live, answer } = changed
  if (!answer.ok)
    throw answer.why === 'run-ended'
      ? new Problem('conflict', 'run-ended', `run ${key.run} has ended as ${live.state}; drop the message`)
      : new Problem(
          'conflict',
          'lease-taken',
          `attempt ${input.attempt} of run ${key.run} was claimed (the run is at attempt ${live.attempt}); drop the message`,
        )
  const trial = { entity: key.entity, project: key.project, sweep, number }
  // A request that amended the run may have died before it amended the trial.
  if (live.amended !== undefined) await settleAmendment(deps, live, (await loadSweep(deps, trial)).record)
  await deps.store.moveTrial(
    trial,
    { state: 'running', attempt: answer.attempt, ...(input.agent !== undefined && { agent: input.agent }) },
    deps.clock.now(),
  )
  return { record: run.record, live, params: parseJson(run.record.config, { exact: true }) as Params }
}
