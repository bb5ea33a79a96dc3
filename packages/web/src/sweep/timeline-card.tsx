import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { useMemo } from 'react'
import { AgentTimeline } from '../charts/agent-timeline.tsx'
import { lanesOf } from '../model/lanes.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { useNow } from '../ui/use-now.ts'

interface Props {
  readonly sweep: SweepBody
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

/** The agent timeline of a sweep, up to now. */
export default function TimelineCard({ sweep, table, ...shared }: Props) {
  const now = useNow(10_000)
  const lanes = useMemo(
    () => lanesOf(table.trials, Date.parse(sweep.created_at), now),
    [table, sweep.created_at, now],
  )
  return lanes.spans.length === 0 ? null : <AgentTimeline {...shared} table={table} lanes={lanes} />
}
