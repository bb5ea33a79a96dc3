import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import type { TrialBody } from '@chimney/core/schema/api/trials'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import { getEvents } from '../api/endpoints.ts'

/** A sweep with all of its trials. */
export interface ComparedSweep {
  readonly sweep: SweepBody
  readonly trials: readonly TrialBody[]
}
interface Read extends ComparedSweep {
  readonly cursor: string
}

const REFETCH_MS = 5_000
const isLive = ({ state, trials }: SweepBody) => state === 'running' || state === 'paused' || trials.open > 0

/**
 * Sweeps with their trials; those that run are followed by polls, which read what has changed. No streams: a browser opens six
 * connections at once.
 */
export function useComparedSweeps(entity: string, project: string, ids: readonly string[]) {
  const client = useQueryClient()
  return useQueries({
    queries: ids.map((sweep) => {
      const queryKey = ['compared-sweep', entity, project, sweep]
      return {
        queryKey,
        queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Read> => {
          const before = client.getQueryData<Read>(queryKey)
          const byNumber = new Map<number, TrialBody>()
          let cursor = before?.cursor
          let changed = before === undefined
          for (;;) {
            const page = await getEvents({ entity, project, sweep }, cursor, signal)
            for (const trial of page.trials) byNumber.set(trial.number, trial)
            changed ||= page.trials.length > 0
            cursor = page.cursor
            if (page.more) continue
            const trials = changed ? merged(before?.trials ?? [], byNumber) : before!.trials
            return { sweep: page.sweep, trials, cursor }
          }
        },
        refetchInterval: (query: { state: { data: Read | undefined } }) =>
          query.state.data && isLive(query.state.data.sweep) ? REFETCH_MS : (false as const),
        staleTime: REFETCH_MS,
        // A comparison of values deep inside of ten thousand trials takes longer than to draw them.
        structuralSharing: false,
      }
    }),
  })
}

/** Ascending by number. */
function merged(before: readonly TrialBody[], changes: ReadonlyMap<number, TrialBody>): readonly TrialBody[] {
  const all = new Map(before.map((trial) => [trial.number, trial]))
  for (const [number, trial] of changes) all.set(number, trial)
  return [...all.values()].sort((a, b) => a.number - b.number)
}
