/** What was found and repaired. */
export interface ReconcileReport {
  sweeps: number
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
  /** Sweeps and runs whose repair failed; the others were repaired. */
  errors: { readonly path: string; readonly message: string }[]
}
