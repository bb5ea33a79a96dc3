/**
 * The state machines of sweeps and runs. These two tables define all transitions; the HTTP API and the W&B API map
 * their own names to these states.
 */

export type SweepState = 'running' | 'paused' | 'finished' | 'cancelled'

/** `finished → running` happens only when the cap was raised or a grid cell became free again. */
const SWEEP_MOVES: Readonly<Record<SweepState, readonly SweepState[]>> = {
  running: ['paused', 'finished', 'cancelled'],
  paused: ['running', 'finished', 'cancelled'],
  finished: ['running'],
  cancelled: [],
}

export type RunState = 'queued' | 'running' | 'finished' | 'failed' | 'stopped' | 'killed' | 'crashed'

/** `running → queued`: requeued after a lost lease or a preemption. `crashed → …`: a result that arrived late is kept. */
const RUN_MOVES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'finished', 'failed', 'stopped', 'killed', 'crashed'],
  running: ['queued', 'finished', 'failed', 'stopped', 'killed', 'crashed'],
  finished: [],
  failed: [],
  stopped: [],
  killed: [],
  crashed: ['running', 'finished', 'failed', 'stopped', 'killed'],
}

/**
 * What a person may do to a run that has ended. `queued`: its trial is repeated, with the same parameters. `killed`: its trial
 * is void, so that nothing learns from it or ranks it.
 */
const AMENDMENTS: readonly RunState[] = ['queued', 'killed']

export type EndState = Exclude<RunState, 'queued' | 'running'>

export const canMoveSweep = (from: SweepState, to: SweepState): boolean => SWEEP_MOVES[from].includes(to)
export const canMoveRun = (from: RunState, to: RunState): boolean => RUN_MOVES[from].includes(to)

/** Whether a person may change the end of a run to `to`; see {@link AMENDMENTS}. */
export const canAmendRun = (from: RunState, to: RunState): boolean => isEnd(from) && AMENDMENTS.includes(to)

/** States from which a sweep may be moved to `to`. */
export const sweepOrigins = (to: SweepState): readonly SweepState[] =>
  (Object.keys(SWEEP_MOVES) as SweepState[]).filter((from) => canMoveSweep(from, to))

export const isEnd = (state: RunState): state is EndState => state !== 'queued' && state !== 'running'
