/** Wraps the callback of a critical section: calling the result ends the section and calls it. */
export type Release = <F>(done: F) => F

/** Runs one critical section per key at a time, in the order of the calls: the interface of the package `lock` that dynalite uses. */
export function keyedLock(): (key: string, section: (release: Release) => void) => void {
  const waiting = new Map<string, ((release: Release) => void)[]>()

  function run(key: string, section: (release: Release) => void): void {
    let holds = true
    const end = () => {
      if (!holds) return
      holds = false
      const next = waiting.get(key)?.shift()
      if (next) setImmediate(run, key, next)
      else waiting.delete(key)
    }
    section(((done: (...args: unknown[]) => void) =>
      (...args: unknown[]) => {
        end()
        done(...args)
      }) as Release)
  }

  return (key, section) => {
    const queue = waiting.get(key)
    if (queue) {
      queue.push(section)
      return
    }
    waiting.set(key, [])
    run(key, section)
  }
}
