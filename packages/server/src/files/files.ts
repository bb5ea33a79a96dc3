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
  /** Starts an upload in parts, for files that are too large for one request. Returns its id. */
  startParts(key: string): Promise<string>
  /** A signed URL for a PUT of one part, numbered from 1. The response has the part's `ETag`. */
  partUrl(key: string, upload: string, part: number, seconds: number): Promise<string>
  /** Makes the file of its parts, in this order. Throws `Problem('invalid', 'bad-parts')` when one is missing or was sent again. */
  endParts(key: string, upload: string, parts: readonly UploadedPart[]): Promise<void>
}

export interface UploadedPart {
  readonly part: number
  readonly etag: string
}
