import type { Clock } from '../clock.ts'
import type { Store } from '../store/store.ts'
import type { AddMetric } from './metrics.ts'

/** Bounds the memory of an instance. Beyond it, a run that was counted may count again. */
const MAX_REMEMBERED = 10_000

/** The same store, which also counts trials and stop decisions: every API writes through it. */
export function withMetrics(store: Store, addMetric: AddMetric, clock: Clock): Store {
  const startedAt = new Map<string, number>()
  const stopped = new Set<string>()
  const trialOf = (sweep: string, number: number) => `${sweep} ${number}`

  const measured: Pick<Store, 'takeNumbers' | 'createTrial' | 'replaceLive'> = {
    async takeNumbers(key, count, now, ifTaken) {
      const taken = await store.takeNumbers(key, count, now, ifTaken)
      if (!taken) return taken
      addMetric('TrialsHandedOut', count)
      if (startedAt.size > MAX_REMEMBERED) startedAt.clear()
      for (let i = 0; i < count; i++) startedAt.set(trialOf(key.sweep, taken.first + i), clock.now())
      return taken
    },
    createTrial(trial) {
      const name = trialOf(trial.key.sweep, trial.key.number)
      const at = startedAt.get(name)
      startedAt.delete(name)
      if (at !== undefined) addMetric('SuggestionMs', clock.now() - at)
      return store.createTrial(trial)
    },
    async replaceLive(next) {
      const replaced = await store.replaceLive(next)
      const name = `${next.key.entity}/${next.key.project}/${next.key.run} ${next.attempt}`
      if (replaced && next.stop?.by === 'stopper' && !stopped.has(name)) {
        if (stopped.size > MAX_REMEMBERED) stopped.clear()
        stopped.add(name)
        addMetric('StopDecisions', 1)
      }
      return replaced
    },
  }
  return { ...store, ...measured }
}
