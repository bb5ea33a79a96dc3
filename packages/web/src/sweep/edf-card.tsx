import { memo, useMemo } from 'react'
import { LineChart } from '../charts/line-chart.tsx'
import type { Series } from '../charts/line-chart-draw.ts'
import { useTheme } from '../charts/theme.ts'
import { useChartSettings } from '../charts/use-chart-settings.ts'
import { edfWithin } from '../model/edf.ts'
import { formatCount } from '../model/format.ts'
import type { TrialTable } from '../model/trial-table.ts'
import { useZooms } from '../run/use-zooms.ts'

/** In the address. */
const CHART = 'edf'
const HEIGHT = 280

/** Empirical distribution of the values of the trials that were not stopped early: all, and those that pass the filter. */
export default memo(function EdfCard({ table, mask }: { table: TrialTable; mask: Uint8Array }) {
  const theme = useTheme()
  const { settingsOf, setSettings } = useChartSettings()
  const { zoomOf, setZoom } = useZooms()
  const curves = useMemo(() => {
    const rows = [...table.worstFirst].filter((row) => table.trials[row]!.state !== 'stopped')
    const passing = rows.filter((row) => mask[row] === 1)
    const seriesOf = (label: string, of: readonly number[], color: string): Series => ({
      id: label,
      label: `${label} (${formatCount(of.length)})`,
      color,
      isStep: true,
      ...edfWithin(
        of.map((row) => table.value.values[row]!),
        table.value,
      ),
    })
    return [
      ...(passing.length < rows.length ? [seriesOf('filtered', passing, theme.accent)] : []),
      seriesOf('all trials', rows, passing.length < rows.length ? theme.muted : theme.accent),
    ]
  }, [table, mask, theme])
  return (
    <LineChart
      title={`Distribution of ${table.value.name}`}
      hint="EDF: share of the trials with at most this value"
      curves={curves}
      xName={table.value.name}
      settings={settingsOf(CHART)}
      onSettings={(change) => setSettings(CHART, change)}
      height={HEIGHT}
      zoom={zoomOf(CHART)}
      onZoom={(zoom) => setZoom(CHART, zoom)}
      empty="No trial has a value yet."
    />
  )
})
