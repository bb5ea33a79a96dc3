import type { KeyScope } from '@chimney/core/schema/key-scope'
import type { UnixMs } from '../clock.ts'

/** An API key. The key itself is never stored: `hash` is the SHA-256 of it, in hex. */
export interface KeyRecord {
  readonly id: string
  readonly hash: string
  readonly entity: string
  readonly name: string
  readonly createdAt: UnixMs
  /** Absent in keys from before scopes existed; those may do everything. */
  readonly scope?: KeyScope
  /** When the key stops working. */
  readonly expiresAt?: UnixMs
  /** Up to one hour behind. */
  readonly lastUsedAt?: UnixMs
  readonly requestsPerMinute?: number
}

export interface ApiKeyStore {
  /** False if a key with this hash or id exists. Every valid key is listed by {@link ApiKeyStore.listKeys}. */
  putKey(key: KeyRecord): Promise<boolean>
  /** Eventually consistent. */
  findKey(hash: string): Promise<KeyRecord | undefined>
  listKeys(entity: string): Promise<readonly KeyRecord[]>
  /** False if the key was revoked: a change never restores it. */
  changeKey(
    key: Pick<KeyRecord, 'entity' | 'id' | 'hash'>,
    change: Partial<Pick<KeyRecord, 'expiresAt' | 'lastUsedAt'>>,
  ): Promise<boolean>
  /** Counts `count` requests of `id` (opaque) in the minute `window` (since 1970), unless the total would exceed `limit`; then false. */
  takeRate(id: string, window: number, count: number, limit: number): Promise<boolean>
  /** False if it does not exist. The hash stops working at once, except for stale reads of {@link ApiKeyStore.findKey}. */
  revokeKey(entity: string, id: string): Promise<boolean>
}
