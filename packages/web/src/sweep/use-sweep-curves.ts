import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Curve, getCurves, type SweepAt } from '../api/endpoints.ts'
import type { TrialTable } from '../model/trial-table.ts'

const TRIALS_PER_BLOCK = 50
/** Blocks per chart: more lines only cover each other. */
const MAX_BLOCKS = 20
const REFETCH_MS = 15_000

/**
 * Curves of the trials, by number. Of many trials: those of the first and the newest blocks, and of the blocks with the best trials.
 * Blocks with running trials are read again.
 */
export function useSweepCurves(
  at: SweepAt,
  { trials, worstFirst }: TrialTable,
  metric: string,
  enabled: boolean,
): { readonly curves: ReadonlyMap<number, Curve>; readonly shown: number; readonly loading: boolean } {
  const blocks = useMemo(() => {
    const blockOf = (row: number) => Math.floor((trials[row]!.number - 1) / TRIALS_PER_BLOCK)
    const all = new Set(trials.map((_, row) => blockOf(row)))
    const chosen = new Set<number>()
    const newest = [...all].sort((a, b) => b - a)
    for (const block of newest.slice(0, MAX_BLOCKS / 2)) chosen.add(block)
    for (let i = worstFirst.length - 1; i >= 0 && chosen.size < MAX_BLOCKS - 1; i--)
      chosen.add(blockOf(worstFirst[i]!))
    for (const block of newest.reverse()) if (chosen.size < MAX_BLOCKS) chosen.add(block)
    const versions = new Map<number, { running: number; ended: number }>()
    for (const [row, { state }] of trials.entries()) {
      const block = blockOf(row)
      if (!chosen.has(block)) continue
      const counts = versions.get(block) ?? { running: 0, ended: 0 }
      if (state === 'running') counts.running++
      else if (state !== 'queued') counts.ended++
      versions.set(block, counts)
    }
    return [...versions].sort(([a], [b]) => a - b)
  }, [trials, worstFirst])
  const results = useQueries({
    queries: blocks.map(([block, { running, ended }]) => ({
      queryKey: ['curves', at.sweep, metric, block, ended],
      queryFn: () => getCurves(at, metric, block),
      enabled,
      staleTime: Number.POSITIVE_INFINITY,
      placeholderData: <T>(before: T) => before,
      refetchInterval: running > 0 ? REFETCH_MS : (false as const),
    })),
  })
  const version = results.map(({ dataUpdatedAt }) => dataUpdatedAt).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the results, which are new in each render
  const curves = useMemo(() => {
    const found = new Map<number, Curve>()
    for (const { data } of results) for (const curve of data ?? []) found.set(curve.number, curve)
    return found
  }, [version])
  return { curves, shown: curves.size, loading: enabled && results.some(({ isPending }) => isPending) }
}
