import type { Json } from '@chimney/core/schema/json'

/** Which of a run's line series: what was logged, system metrics, console output. */
export type Series = 'metrics' | 'system' | 'console'

/** One row. `index` is the step (REST) or the line number (W&B): an integer in [0, 2^53). */
export interface Row {
  readonly index: number
  /** Unix ms when it was logged, as the client says, or when it arrived. */
  readonly at: number
  readonly values: { readonly [name: string]: Json }
}

/**
 * Rows of one request, ascending by index. Identity is (run, series, attempt, content without times): a resend overwrites itself,
 * different rows at the same index live side by side and the later `receivedAt` wins per value when reading.
 */
export interface Chunk {
  readonly attempt: number
  readonly receivedAt: number
  readonly rows: readonly Row[]
}
