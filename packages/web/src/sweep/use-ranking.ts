import { useRef } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { useParameterImportance } from './parameter-importance.tsx'

const NO_RANKS: readonly string[] = []

/** Parameters by importance. The first ranking is kept, so that axes do not change while the page is open. */
export function useRanking(
  at: SweepAt,
  ended: number,
  enabled: boolean,
  objective: string | undefined,
): readonly string[] {
  const { data, isPlaceholderData } = useParameterImportance(at, ended, enabled, objective)
  const kept = useRef<{ readonly objective: string | undefined; readonly names: readonly string[] }>(
    undefined,
  )
  const isKept = kept.current !== undefined && kept.current.objective === objective
  if (data && !isPlaceholderData && !isKept)
    kept.current = { objective, names: data.parameters.map(({ parameter }) => parameter) }
  return kept.current?.names ?? NO_RANKS
}
