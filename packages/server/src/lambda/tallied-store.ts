import type { Clock } from '../clock.ts'
import type { Store } from '../store/store.ts'
import type { Tally } from './emf.ts'

/** Runs that were seen stopped, so that each counts once; an instance that lives longer begins anew. */
const MAX_SEEN = 10_000

/** The same store, which tells the tally what happened: here every door comes through. */
export function talliedStore(store: Store, tally: Tally, clock: Clock): Store {
  const begun = new Map<string, number>()
  const stopped = new Set<string>()
  const trialOf = (sweep: string, number: number) => `${sweep} ${number}`

  const watched: Pick<Store, 'takeNumbers' | 'createTrial' | 'replaceLive'> = {
    async takeNumbers(key, count, now, ifTaken) {
      const taken = await store.takeNumbers(key, count, now, ifTaken)
      if (!taken) return taken
      tally.add('TrialsHandedOut', count)
      if (begun.size > MAX_SEEN) begun.clear()
      for (let i = 0; i < count; i++) begun.set(trialOf(key.sweep, taken.first + i), clock.now())
      return taken
    },
    createTrial(trial) {
      const name = trialOf(trial.key.sweep, trial.key.number)
      const at = begun.get(name)
      begun.delete(name)
      if (at !== undefined) tally.add('SuggestionMs', clock.now() - at)
      return store.createTrial(trial)
    },
    async replaceLive(next) {
      const replaced = await store.replaceLive(next)
      const name = `${next.key.entity}/${next.key.project}/${next.key.run} ${next.attempt}`
      if (replaced && next.stop?.by === 'stopper' && !stopped.has(name)) {
        if (stopped.size > MAX_SEEN) stopped.clear()
        stopped.add(name)
        tally.add('StopDecisions', 1)
      }
      return replaced
    },
  }
  return { ...store, ...watched }
}
