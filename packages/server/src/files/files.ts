/** Opaque bytes that are too large for the table. Keys are `/`-separated, each part already encoded. */
export interface Files {
  put(key: string, bytes: Uint8Array, contentType?: string): Promise<void>
  /** Undefined when there is none. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Size in bytes and Unix ms of the last change; undefined when there is none. */
  stat(key: string): Promise<{ size: number; updatedAt: number } | undefined>
  /** Repeating it is harmless. */
  delete(key: string): Promise<void>
  /** Keys that begin with `prefix`, ascending. */
  list(prefix: string): Promise<readonly { key: string; size: number; updatedAt: number }[]>
  /** A URL that carries its own permission for one PUT of this key, for `seconds`. */
  uploadUrl(key: string, seconds: number): Promise<string>
  /** A URL that carries its own permission for GETs of this key, for `seconds`. */
  downloadUrl(key: string, seconds: number): Promise<string>
}
