import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { latest, type SweepAt } from '../api/endpoints.ts'
import type { TrialTable } from '../model/trial-table.ts'

/** The newest of the running ones, as many as can be asked for at once. */
const MOST = 50
const EVERY_MS = 8_000

/** Where running trials stand, by run; empty while none runs. Asked again and again while the page is in sight. */
export function useLatestValues(at: SweepAt, { trials }: TrialTable): ReadonlyMap<string, number> {
  const runs = useMemo(
    () => trials.flatMap(({ state, run }) => (state === 'running' ? [run] : [])).slice(-MOST),
    [trials],
  )
  const { data } = useQuery({
    queryKey: ['latest', at.entity, at.project, at.sweep, runs],
    queryFn: () => latest(at, runs),
    enabled: runs.length > 0,
    refetchInterval: EVERY_MS,
    // While others begin and end the ones that go on stand where they stood.
    placeholderData: (before) => before,
  })
  return useMemo(() => new Map(data?.items.map(({ run, value }) => [run, value])), [data])
}
