import { type ComponentType, useEffect, useState } from 'react'
import { ErrorMessage, Loading } from './feedback.tsx'

export interface LazyPage<Props> extends React.FC<Props> {
  /** Starts to load the code before the page renders. */
  readonly preload: () => void
}

/**
 * A page whose code is loaded on first render. Not `React.lazy`: Suspense throttles the reveal after a fallback to 300 ms, which is
 * longer than the load.
 */
export function lazyPage<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
  /** Shown while the code loads. */
  Placeholder: ComponentType<Props> = () => <Loading what="the page" />,
): LazyPage<Props> {
  let pending: Promise<{ readonly default: ComponentType<Props> }> | undefined
  let loaded: ComponentType<Props> | undefined
  const loadOnce = () => {
    pending ??= load().then(
      (module) => {
        loaded = module.default
        return module
      },
      (error: unknown) => {
        // A retry loads again.
        pending = undefined
        throw error
      },
    )
    return pending
  }
  function Page(props: Props) {
    const [Component, setComponent] = useState(() => loaded)
    const [error, setError] = useState<Error>()
    const [attempt, setAttempt] = useState(0)
    // biome-ignore lint/correctness/useExhaustiveDependencies: a retry increments `attempt`
    useEffect(() => {
      if (Component) return
      let unmounted = false
      loadOnce().then(
        (module) => unmounted || setComponent(() => module.default),
        (cause: unknown) => unmounted || setError(cause as Error),
      )
      return () => {
        unmounted = true
      }
    }, [Component, attempt])
    if (Component) return <Component {...props} />
    if (!error) return <Placeholder {...props} />
    const retry = () => {
      setError(undefined)
      setAttempt(attempt + 1)
    }
    return <ErrorMessage error={error} retry={retry} />
  }
  // Errors of the preload are shown when the page renders.
  return Object.assign(Page, { preload: () => void loadOnce().catch(() => {}) })
}
