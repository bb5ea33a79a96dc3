import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getHistory, getLastRows, type HistoryRow, type RunAt, type Series } from '../api/endpoints.ts'
import { indexOf } from './histories.ts'

const REFETCH_MS = 3_000
/** A page that follows a run asks for new rows only, and for the whole run again after so long. */
const WHOLE_AGAIN_MS = 120_000

interface Followed {
  readonly rows: readonly HistoryRow[]
  /** When the whole run was read, and how many rows it had then. */
  readonly readAt: number
  readonly count: number
}

/**
 * Rows of a run, followed while it runs: each poll reads what is new. `samples` rows of the whole run, or the last `lines` rows.
 */
export function useHistory(
  at: RunAt,
  series: Series,
  size: { readonly samples: number } | { readonly lines: number },
  live: boolean,
  enabled: boolean,
) {
  const client = useQueryClient()
  // The state is part of the key, so that the last rows are fetched when the run has ended.
  const queryKey = ['history', at.entity, at.project, at.run, series, live]
  const read = (from?: number) =>
    'samples' in size
      ? getHistory(at, series, size.samples, from === undefined ? {} : { from })
      : getLastRows(at, series, size.lines, from)
  const most = 'samples' in size ? size.samples : size.lines
  return useQuery({
    queryKey,
    queryFn: async (): Promise<Followed> => {
      const before = client.getQueryData<Followed>(queryKey)
      const last = before?.rows.at(-1)
      const follows =
        live &&
        last !== undefined &&
        before!.rows.length - before!.count < most &&
        Date.now() - before!.readAt < WHOLE_AGAIN_MS
      if (!follows) {
        const rows = await read()
        return { rows, readAt: Date.now(), count: rows.length }
      }
      // The last row is read again: it may have got further values.
      const fresh = await read(indexOf(last))
      if (fresh.length === 0) return before!
      const rows = [...before!.rows.slice(0, -1), ...fresh]
      return { ...before!, rows: 'lines' in size ? rows.slice(-size.lines) : rows }
    },
    refetchInterval: live ? REFETCH_MS : false,
    placeholderData: (before) => before,
    enabled,
  })
}
