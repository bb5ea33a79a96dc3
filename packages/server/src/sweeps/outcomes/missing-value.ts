import type { SweepConfig } from '@chimney/core/schema/sweep-config'
import { missingValueNote } from '@chimney/core/sweep/diagnose/missing-value'
import { summaryOf } from '../../runs/live/summary.ts'
import type { RunLive } from '../../store/runs.ts'

/** Why a finished run gave its sweep no value, in a few words; undefined when it gave one, or did not finish. */
export function missingOf(live: RunLive, { metric, metrics }: SweepConfig): string | undefined {
  if (live.state !== 'finished') return undefined
  const summary = summaryOf(live)
  for (const { name } of metrics ?? (metric ? [metric] : [])) {
    const note = missingValueNote(summary, name)
    if (note !== undefined) return note
  }
  return undefined
}
