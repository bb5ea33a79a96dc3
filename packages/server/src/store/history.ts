import type { RunKey } from '@chimney/core/schema/names'
import type { Chunk, Series } from './codec/chunk.ts'

/** Chunks of metric history, system metrics and console lines of a run. */
export interface HistoryStore {
  /** Stores rows; the same chunk again (equal but for its times) overwrites itself. Split into as many items as needed; a row that fits into none throws `Problem('too-large', 'row-too-large')`. */
  putChunk(key: RunKey, series: Series, chunk: Chunk): Promise<void>
  /** Chunks that overlap [from, to] (indices, both included), ascending by first index. */
  listChunks(key: RunKey, series: Series, range?: { from?: number; to?: number }): Promise<readonly Chunk[]>
}
