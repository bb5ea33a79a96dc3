import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { stopRun } from '../../runs/lifecycle/stop-run.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { agentFunctionOf, dispatchTrials, sendTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { readTrials } from '../trials/read-trials.ts'

type ApplyDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'settings'>

/**
 * Applies the state of a sweep to its open trials: a running sweep sends its queued trials, a finished one ends them, a cancelled
 * one also stops the running ones. Safe to repeat; reconcile repeats it if this request dies.
 */
export async function applySweepState(deps: ApplyDeps, { record, head }: LoadedSweep): Promise<void> {
  if (head.state === 'paused') return
  if (head.state === 'running') {
    if (agentFunctionOf(record) === undefined) return
    const open = await openTrials(deps, record, head)
    await sendTrials(
      deps,
      record,
      open.filter((trial) => trial.state === 'queued'),
    )
    await dispatchTrials(deps, record, head)
    return
  }
  const cancelled = head.state === 'cancelled'
  const reason = cancelled ? 'the sweep was cancelled' : 'the sweep was finished before the trial started'
  for (const trial of await openTrials(deps, record, head))
    if (cancelled || trial.state === 'queued')
      // `onlyQueued`: the trial may still say queued although its run has started.
      await stopRun(deps, runKeyOf(trial), reason, { onlyQueued: !cancelled })
}

const openTrials = async (
  deps: ApplyDeps,
  record: SweepRecord,
  head: SweepHead,
): Promise<readonly TrialRecord[]> =>
  (await readTrials(deps, record.key, head.settled)).filter((trial) => !isEnd(trial.state))
