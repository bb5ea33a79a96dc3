export type Close = () => unknown

/** What has to be closed, last opened first. */
export interface Closers {
  add(close: Close): void
  /** Closes each once, also when one of them throws; then throws the first error. */
  close(): Promise<void>
}

export const closers = (): Closers => {
  const stack: Close[] = []
  return {
    add: (close) => void stack.push(close),
    close: async () => {
      const errors: unknown[] = []
      for (let close = stack.pop(); close; close = stack.pop()) {
        try {
          await close()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}
