import type { RunKey } from '@chimney/core/schema/names'
import type { Chunk, Series } from './codec/chunk.ts'

/** Chunks of metric history, system metrics and console lines of a run. */
export interface HistoryStore {
  /**
   * Stores rows, split into as many items as needed. The same chunk again (equal except for times) overwrites itself.
   * Throws `Problem('too-large', 'row-too-large')` for a row that exceeds one item.
   */
  putChunk(key: RunKey, series: Series, chunk: Chunk): Promise<void>
  /**
   * Chunks that overlap [from, to] (indices, both inclusive), ascending by first index. With `eventual` for half the price, and
   * perhaps without the last writes.
   */
  listChunks(
    key: RunKey,
    series: Series,
    options?: { from?: number; to?: number; eventual?: boolean },
  ): Promise<readonly Chunk[]>
  /** The last `count` chunks by first index, ascending; perhaps without the last writes. */
  listLastChunks(key: RunKey, series: Series, count: number): Promise<readonly Chunk[]>
}
