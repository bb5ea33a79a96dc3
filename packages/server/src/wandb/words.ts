/** Maps our states to W&B's and back. */
import type { EndState, SweepState } from '@chimney/core/sweep/lifecycle'
import type { RunLive } from '../store/runs.ts'
import type { SweepHead } from '../store/sweeps.ts'

/** `PENDING` until the first trial is handed out; the client refuses to pause a pending sweep. */
export function sweepWord(head: Pick<SweepHead, 'state' | 'taken'>): string {
  if (head.state === 'running') return head.taken === 0 ? 'PENDING' : 'RUNNING'
  return { paused: 'PAUSED', finished: 'FINISHED', cancelled: 'CANCELED' }[head.state]
}

const SWEEP_STATES: Readonly<Record<string, SweepState>> = {
  RUNNING: 'running',
  PENDING: 'running',
  PAUSED: 'paused',
  FINISHED: 'finished',
  STOPPED: 'finished',
  CANCELED: 'cancelled',
  CANCELLED: 'cancelled',
}

export const sweepStateOf = (word: string): SweepState | undefined => SWEEP_STATES[word.toUpperCase()]

/** `heard` and `preempting` split our state `running`. */
export function runWord(live: Pick<RunLive, 'state' | 'heard' | 'preempting' | 'number'>): string {
  const { state } = live
  if (state === 'queued') return live.preempting ? 'preempted' : 'pending'
  if (state === 'running') {
    // We call a trial running once it is handed out, W&B once its process has reported its start.
    if (live.number !== undefined && !live.heard) return 'pending'
    return live.preempting ? 'preempting' : 'running'
  }
  if ((state === 'crashed' || state === 'failed') && live.preempting) return 'preempted'
  return END_WORDS[state]
}

const END_WORDS: Readonly<Record<EndState, string>> = {
  finished: 'finished',
  failed: 'failed',
  stopped: 'killed',
  killed: 'killed',
  crashed: 'crashed',
}
