import type { SweepKey } from '@chimney/core/schema/names'

/** Ended trials of one block of numbers, see `core/sweep/pack`: a copy for whoever has many of them to read. */
export interface PackRecord {
  readonly block: number
  /** What has to be the same for the bytes to be understood. */
  readonly form: string
  readonly bytes: Uint8Array
}

export interface RungRecord {
  readonly number: number
  readonly loss: number
  readonly best: number
  /** The mean loss since the rung before, and its standard error: both or neither. */
  readonly mean?: number
  readonly error?: number
}

/** Copies and reservations that samplers and stoppers read. */
export interface SearchStore {
  /** Overwrites an earlier one. Not to be told from a lost write: it is only a copy. */
  putPack(key: SweepKey, pack: PackRecord): Promise<void>
  /** Ascending by block, from block `from` on; eventually consistent. */
  listPacks(key: SweepKey, from: number): Promise<readonly PackRecord[]>
  /** Reserves a point of a finite space, by its cell, for a trial. Answers the number that has it now: the given one, or the one that was first. With `over`, takes it from that number, if it still has it. */
  claimPoint(key: SweepKey, cell: number, number: number, over?: number): Promise<number>

  /** The same trial at the same rung overwrites itself. */
  putRung(key: SweepKey, rung: number, value: RungRecord): Promise<void>
  /** Everybody at the rung; eventually consistent but for the caller's own, which it adds itself. */
  listRung(key: SweepKey, rung: number): Promise<readonly RungRecord[]>
}
