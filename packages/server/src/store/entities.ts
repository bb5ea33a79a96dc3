import type { UnixMs } from '../clock.ts'

/** An entity that an operator created. The operator's own needs no record. */
export interface EntityRecord {
  readonly entity: string
  readonly createdAt: UnixMs
}

export interface EntityStore {
  /** False if it exists. */
  putEntity(record: EntityRecord): Promise<boolean>
  getEntity(entity: string): Promise<EntityRecord | undefined>
  /** By name, ascending. */
  listEntities(): Promise<readonly EntityRecord[]>
}
