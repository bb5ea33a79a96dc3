import type { KeyScope } from '@chimney/core/schema/key-scope'
import type { UnixMs } from '../clock.ts'

/** An API key. The key itself is never stored: `hash` is the SHA-256 of it, in hex. */
export interface KeyRecord {
  readonly id: string
  readonly hash: string
  readonly entity: string
  readonly name: string
  readonly createdAt: UnixMs
  /** Absent in keys from before there were scopes, which may do everything. */
  readonly scope?: KeyScope
  /** From then on it does not work. */
  readonly expiresAt?: UnixMs
  /** May be behind by an hour. */
  readonly lastUsedAt?: UnixMs
  readonly requestsPerMinute?: number
}

export interface ApiKeyStore {
  /** False if a key with this hash exists, or another one with this id. A key that works is always listed. */
  putKey(key: KeyRecord): Promise<boolean>
  /** Eventually consistent. */
  findKey(hash: string): Promise<KeyRecord | undefined>
  listKeys(entity: string): Promise<readonly KeyRecord[]>
  /** False if it is not there any more: a change never brings a revoked key back. */
  changeKey(
    key: Pick<KeyRecord, 'entity' | 'id' | 'hash'>,
    change: Partial<Pick<KeyRecord, 'expiresAt' | 'lastUsedAt'>>,
  ): Promise<boolean>
  /** Counts `count` requests of `id` (opaque) in the minute `window` (since 1970), unless that would make more than `limit`. */
  takeRate(id: string, window: number, count: number, limit: number): Promise<boolean>
  /** False if there is none. The hash stops working at once, but for the staleness of {@link findKey}. */
  revokeKey(entity: string, id: string): Promise<boolean>
}
