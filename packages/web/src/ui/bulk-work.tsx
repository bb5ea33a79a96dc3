import { useRef, useState } from 'react'

/** Requests at the same time. */
const PARALLEL = 6
/** More failures are counted. */
const MAX_FAILURES = 8

/** Works on the items, a few at the same time. The first error ends it. */
export async function forEach<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
}

/** One of many items. */
interface BulkItem {
  /** For the message of a failure, such as `trial 7`. */
  readonly label: string
  readonly work: () => Promise<unknown>
  /** Reverses it, where that is possible. */
  readonly undo?: () => Promise<unknown>
}

interface Progress {
  readonly title: string
  readonly total: number
  readonly done: number
  readonly failures: readonly string[]
  /** The items that succeeded and can be undone. */
  readonly undoable: readonly BulkItem[]
}

export interface BulkWork {
  readonly progress: Progress | undefined
  /** `title`: what is done, such as `Adding tags to 3 runs`. */
  readonly start: (title: string, items: readonly BulkItem[]) => Promise<void>
  readonly close: () => void
}

/** Works on many items; an item that fails does not stop the others. */
export async function doAll(
  title: string,
  items: readonly BulkItem[],
  onProgress: (progress: Progress) => void,
): Promise<void> {
  let state: Progress = { title, total: items.length, done: 0, failures: [], undoable: [] }
  onProgress(state)
  await forEach(items, async (item) => {
    let failure: string | undefined
    try {
      await item.work()
    } catch (error) {
      failure = `${item.label}: ${error instanceof Error ? error.message : String(error)}`
    }
    state = {
      ...state,
      done: state.done + 1,
      ...(failure !== undefined && { failures: [...state.failures, failure] }),
      ...(failure === undefined && item.undo && { undoable: [...state.undoable, item] }),
    }
    onProgress(state)
  })
}

export function useBulkWork(onDone: () => void): BulkWork {
  const [progress, setProgress] = useState<Progress>()
  const current = useRef(0)
  const latest = useRef(onDone)
  latest.current = onDone
  const start = async (title: string, items: readonly BulkItem[]) => {
    const own = ++current.current
    await doAll(title, items, (next) => {
      if (current.current === own) setProgress(next)
    })
    latest.current()
  }
  return { progress, start, close: () => setProgress(undefined) }
}

/** Progress, failures and undo of the last work, at the bottom of the page. It stays until it is closed. */
export function BulkStatus({ work }: { work: BulkWork }) {
  const { progress } = work
  if (!progress) return null
  const { title, total, done, failures, undoable } = progress
  const isDone = done === total
  return (
    <div className="toast card">
      <p role="status">
        {title}: {isDone ? `${total - failures.length} of ${total} done` : `${done} of ${total}…`}
        {failures.length > 0 && `, ${failures.length} failed`}
      </p>
      {!isDone && <progress value={done} max={total} aria-label={title} />}
      {failures.length > 0 && (
        <ul role="alert">
          {failures.slice(0, MAX_FAILURES).map((failure) => (
            <li key={failure}>{failure}</li>
          ))}
          {failures.length > MAX_FAILURES && <li>and {failures.length - MAX_FAILURES} more</li>}
        </ul>
      )}
      {isDone && (
        <div className="row end">
          {undoable.length > 0 && (
            <button
              type="button"
              onClick={() =>
                void work.start(
                  'Undo',
                  undoable.map(({ label, undo }) => ({ label, work: undo! })),
                )
              }
            >
              Undo
            </button>
          )}
          <button type="button" className="ghost" onClick={work.close}>
            Close
          </button>
        </div>
      )}
    </div>
  )
}
