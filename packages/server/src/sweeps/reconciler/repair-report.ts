import { failureOf } from '../../failure-text.ts'

/** What was found and repaired. */
export interface RepairReport {
  sweeps: number
  /** Open runs without a trial that were checked. */
  runs: number
  /** Trials and runs whose lease had expired. */
  expired: number
  /** Numbers without a trial, and trials without a run. */
  filled: number
  /** Trials whose run had ended without the sweep being updated. */
  settled: number
  /** Trials made available to agents, for the first time or again. */
  sent: number
  /** Sweeps that were ended. */
  ended: number
  /** Sweeps whose repair continues with another message, since its time was over. */
  continued: number
  /** Sweeps and runs whose repair failed; the others were repaired. */
  errors: RepairError[]
  /** Copies of trials that could not be written to a file. Readers work without them. */
  uncached: RepairError[]
}

export interface RepairError {
  readonly path: string
  readonly message: string
}

export const emptyReport = (): RepairReport => ({
  sweeps: 0,
  runs: 0,
  expired: 0,
  filled: 0,
  settled: 0,
  sent: 0,
  ended: 0,
  continued: 0,
  errors: [],
  uncached: [],
})

export const repairError = (path: string, error: unknown): RepairError => ({
  path,
  // Without the stack: a message may fail for many sweeps.
  message: failureOf(error)?.split('\n')[0] ?? String(error),
})
