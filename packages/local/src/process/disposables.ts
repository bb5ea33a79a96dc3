type Dispose = () => unknown

/** A stack of resources to release, as `AsyncDisposableStack`, which Node 20 lacks. */
export interface Disposables {
  defer(dispose: Dispose): void
  /** Releases each once, the last added first, even when one throws; then throws the first error. */
  disposeAsync(): Promise<void>
}

export const disposables = (): Disposables => {
  const stack: Dispose[] = []
  return {
    defer: (dispose) => void stack.push(dispose),
    disposeAsync: async () => {
      const errors: unknown[] = []
      for (let dispose = stack.pop(); dispose; dispose = stack.pop()) {
        try {
          await dispose()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}
