import { type ComponentType, useEffect, useState } from 'react'
import { ErrorMessage, Loading } from './feedback.tsx'

export interface LazyPage<Props> extends React.FC<Props> {
  /** Begins to fetch the code, for who knows that it will be shown. */
  readonly preload: () => void
}

/**
 * A page whose code comes when it is first shown. Not `React.lazy`: once a placeholder was seen, that holds back what it stands for until
 * 300 ms have passed, which is longer than the code takes to come.
 */
export function lazyPage<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): LazyPage<Props> {
  let coming: Promise<{ readonly default: ComponentType<Props> }> | undefined
  let there: ComponentType<Props> | undefined
  const fetched = () => {
    coming ??= load().then(
      (module) => {
        there = module.default
        return module
      },
      (error: unknown) => {
        // It may come the next time.
        coming = undefined
        throw error
      },
    )
    return coming
  }
  function Page(props: Props) {
    const [Shown, show] = useState(() => there)
    const [error, fail] = useState<Error>()
    const [attempt, again] = useState(0)
    // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
    useEffect(() => {
      if (Shown) return
      let left = false
      fetched().then(
        (module) => left || show(() => module.default),
        (cause: unknown) => left || fail(cause as Error),
      )
      return () => {
        left = true
      }
    }, [Shown, attempt])
    if (Shown) return <Shown {...props} />
    if (!error) return <Loading what="the page" />
    const retry = () => {
      fail(undefined)
      again(attempt + 1)
    }
    return <ErrorMessage error={error} retry={retry} />
  }
  // Who shows it finds out what went wrong.
  return Object.assign(Page, { preload: () => void fetched().catch(() => {}) })
}
