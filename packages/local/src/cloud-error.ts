/** Something that keeps the local cloud from starting and that a person can mend. The message is one sentence for them. */
export class CloudError extends Error {
  override readonly name = 'CloudError'
}

/** The code of an error of the operating system or of LevelDB, with that of its cause first. */
export const codeOf = (error: unknown): string | undefined => {
  const { cause, code } = error as { readonly cause?: unknown; readonly code?: unknown }
  const inner = cause === undefined || cause === null ? undefined : codeOf(cause)
  return inner ?? (typeof code === 'string' ? code : undefined)
}
