import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { Row, Series } from '../../store/codec/chunk.ts'

/** Appends rows to a series that no decision depends on: system metrics or console output. A row replaces one of the same index. */
export async function appendRows(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: RunKey,
  series: Exclude<Series, 'metrics' | 'media'>,
  input: { readonly rows: readonly Row[]; readonly attempt: number },
): Promise<void> {
  if (input.rows.length === 0) return
  const rows = input.rows.toSorted((a, b) => a.index - b.index)
  await deps.store.putChunk(key, series, { attempt: input.attempt, receivedAt: deps.clock.now(), rows })
}
