import type { SweepKey } from '@chimney/core/schema/names'

/** Packed copy of the ended trials of one block of numbers, see `core/sweep/pack`; samplers read it instead of single trials. */
export interface PackRecord {
  readonly block: number
  /** Format of the bytes; readers skip a pack of another format. */
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

export interface RungValues {
  readonly values: readonly RungRecord[]
  /** How many trials at the rung each value stands for, about; 1 when these are all. */
  readonly weight: number
}

/** Copies and reservations that samplers and stoppers read. */
export interface SearchStore {
  /** Overwrites an earlier one. A lost write is harmless, since it is a copy. */
  putPack(key: SweepKey, pack: PackRecord): Promise<void>
  /** Ascending by block, from block `from` on; eventually consistent. */
  listPacks(key: SweepKey, from: number): Promise<readonly PackRecord[]>
  /**
   * Reserves a cell of a finite space for a trial. Returns the number that holds it now: the given one, or the one that was first.
   * With `over`, takes it from that number if that still holds it.
   */
  claimPoint(key: SweepKey, cell: number, number: number, over?: number): Promise<number>

  /** The same trial at the same rung overwrites its earlier value. One write unit. */
  putRung(key: SweepKey, rung: number, value: RungRecord): Promise<void>
  /** Removes the values of a trial at these rungs, of which some may not be there. */
  removeRungs(key: SweepKey, number: number, rungs: readonly number[]): Promise<void>
  /**
   * The values at the rung, for at most so many read units: of a large rung a selection that is even over the trial numbers and that
   * depends on nothing else. Eventually consistent, so the caller adds its own value.
   */
  listRung(key: SweepKey, rung: number, units: number): Promise<RungValues>
}
