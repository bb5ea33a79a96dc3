/** What is imported: a sweep, then its trials. */
import type { AddTrialsRequest } from '@chimney/core/schema/api/trials'

export type ImportedTrial = AddTrialsRequest['trials'][number]

export interface ImportedSweep {
  /** A sweep config without `method`, `run_cap`, and, when they follow from the trials, `parameters`. */
  readonly config: Readonly<Record<string, unknown>>
  readonly trials: readonly ImportedTrial[]
  /** How many trials are left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** What is imported in another form than it had. */
  readonly warnings: readonly string[]
}
