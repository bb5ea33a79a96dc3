/** Opaque bytes that are too large for the table. Keys are `/`-separated, each part already encoded. */
export interface Files {
  put(key: string, bytes: Uint8Array, contentType?: string): Promise<void>
  /** Undefined when the file does not exist. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Size in bytes and Unix ms of the last change; undefined when the file does not exist. */
  stat(key: string): Promise<{ size: number; updatedAt: number } | undefined>
  /** Idempotent. */
  delete(key: string): Promise<void>
  /** Files whose keys start with `prefix`, sorted by key. */
  list(prefix: string): Promise<readonly { key: string; size: number; updatedAt: number }[]>
  /** A signed URL for a PUT of this key, valid for `seconds`. */
  uploadUrl(key: string, seconds: number): Promise<string>
  /** A signed URL for GETs of this key, valid for `seconds`. */
  downloadUrl(key: string, seconds: number): Promise<string>
}
