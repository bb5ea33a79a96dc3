import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { getLatestValues, type SweepAt } from '../api/endpoints.ts'
import type { TrialTable } from '../model/trial-table.ts'

/** Limit of the API per request. */
const MAX_RUNS = 50
const POLL_MS = 8_000

/** Latest objective values of running trials, by run. Polled while the tab is visible. */
export function useLatestValues(at: SweepAt, { trials }: TrialTable): ReadonlyMap<string, number> {
  const runs = useMemo(
    () => trials.flatMap(({ state, run }) => (state === 'running' ? [run] : [])).slice(-MAX_RUNS),
    [trials],
  )
  const { data } = useQuery({
    queryKey: ['latest', at.entity, at.project, at.sweep, runs],
    queryFn: () => getLatestValues(at, runs),
    enabled: runs.length > 0,
    refetchInterval: POLL_MS,
    // Keeps the values when the set of running trials changes.
    placeholderData: (before) => before,
  })
  return useMemo(() => new Map(data?.items.map(({ run, value }) => [run, value])), [data])
}
