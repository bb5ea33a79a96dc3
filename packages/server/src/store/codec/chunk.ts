import type { Json } from '@chimney/core/schema/json'

/** Series of a run: logged metrics, system metrics, console lines; and a second time what rows of metrics hold of media. */
export type Series = 'metrics' | 'system' | 'console' | 'media'

/** One row. `index` is the step (REST) or the line number (W&B): an integer in [0, 2^53). */
export interface Row {
  readonly index: number
  /** Unix ms of logging by the client's clock, else of arrival. */
  readonly at: number
  readonly values: { readonly [name: string]: Json }
}

/**
 * Rows of one request, ascending by index. Identity is (run, series, attempt, content without times): a resend overwrites itself,
 * different rows at the same index are all stored, and the latest `receivedAt` wins per value when read.
 */
export interface Chunk {
  readonly attempt: number
  readonly receivedAt: number
  readonly rows: readonly Row[]
}
