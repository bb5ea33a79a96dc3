import { isEnd, type SweepState } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { stopRun } from '../../runs/lifecycle/stop-run.ts'
import type { SweepHead, SweepRecord } from '../../store/sweeps.ts'
import type { TrialRecord } from '../../store/trials.ts'
import { agentFunctionOf, dispatchTrials, sendTrials } from '../handout/dispatch.ts'
import type { LoadedSweep } from '../load-sweep.ts'
import { runKeyOf } from '../trials/create-trials.ts'
import { readTrials } from '../trials/read-trials.ts'

type ApplyDeps = Pick<Deps, 'store' | 'queue' | 'files' | 'clock' | 'settings' | 'onFailure'>

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
  await stopTrials(deps, head.state, await openTrials(deps, record, head))
}

/** Ends the queued ones of the open trials of an ended sweep; stops also the running ones when it was cancelled. True when it did. */
export async function stopTrials(
  deps: ApplyDeps,
  state: SweepState,
  open: readonly TrialRecord[],
): Promise<boolean> {
  const cancelled = state === 'cancelled'
  const reason = cancelled ? 'the sweep was cancelled' : 'the sweep was finished before the trial started'
  const stopped = cancelled ? open : open.filter((trial) => trial.state === 'queued')
  // `onlyQueued`: the trial may still say queued although its run has started.
  for (const trial of stopped) await stopRun(deps, runKeyOf(trial), reason, { onlyQueued: !cancelled })
  return stopped.length > 0
}

const openTrials = async (
  deps: ApplyDeps,
  record: SweepRecord,
  head: SweepHead,
): Promise<readonly TrialRecord[]> =>
  (await readTrials(deps, record.key, head.settled)).filter((trial) => !isEnd(trial.state))
