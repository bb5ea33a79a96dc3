/** Keeps the local cloud from starting, and the user can fix it. The message is one sentence that says how. */
export class CloudError extends Error {
  override readonly name = 'CloudError'
}

/** The error code of the innermost cause: of the operating system or of LevelDB. */
export const codeOf = (error: unknown): string | undefined => {
  const { cause, code } = error as { readonly cause?: unknown; readonly code?: unknown }
  const inner = cause === undefined || cause === null ? undefined : codeOf(cause)
  return inner ?? (typeof code === 'string' ? code : undefined)
}

/** The message of the innermost cause: LevelDB's own errors have a code for what the operating system says in words. */
export const reasonOf = (error: unknown): string => {
  const { cause, message } = error as { readonly cause?: unknown; readonly message?: unknown }
  return cause === undefined || cause === null ? String(message ?? error) : reasonOf(cause)
}
