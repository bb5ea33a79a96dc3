import type { RunLive } from '../../store/runs.ts'

/** The part of an answer to training code that says whether to stop. */
export interface StopAnswer {
  readonly stop: boolean
  readonly reason?: string
}

/** The stop request on the run, if there is one. */
export const stopRequest = (live: RunLive): StopAnswer | undefined =>
  live.stop && { stop: true, reason: live.stop.reason }
