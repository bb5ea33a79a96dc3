import { useQuery } from '@tanstack/react-query'
import { memo, useMemo, useState } from 'react'
import { getRun, type SweepAt } from '../api/endpoints.ts'
import { setSearchParams, useLocation } from '../app/location.ts'
import { PLAIN } from '../charts/chart-settings.ts'
import { ChartSettingsMenu } from '../charts/chart-settings-menu.tsx'
import { LineChart } from '../charts/line-chart.tsx'
import type { Series } from '../charts/line-chart-draw.ts'
import { RampLegend } from '../charts/ramp-legend.tsx'
import { useTheme } from '../charts/theme.ts'
import { useChartSettings } from '../charts/use-chart-settings.ts'
import type { ColorEncoding } from '../model/color-encoding.ts'
import { curveOver } from '../model/curve-axis.ts'
import { formatCount } from '../model/format.ts'
import { type TrialTable, variedParams } from '../model/trial-table.ts'
import { useZooms } from '../run/use-zooms.ts'
import { bandOf, GroupingControls } from '../ui/grouping-controls.tsx'
import { ALL_TRIALS, groupedLines } from './grouped-lines.ts'
import { type Line, TrialCurves } from './trial-curves.tsx'
import { useSweepCurves } from './use-sweep-curves.ts'

interface Props {
  readonly at: SweepAt
  readonly table: TrialTable
  readonly mask: Uint8Array
  readonly colorBy: ColorEncoding
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

const HEIGHT = 320
/** A curve costs the service a read unit or more: those of a larger sweep are loaded on request. */
const LOADED_BELOW = 500
/** In the address. */
const CHART = 'curves'
/** Diverged curves would flatten the others. */
const DEFAULTS = { ...PLAIN, clip: true }

/** The metric over the steps of each trial, also of running ones; or the means of groups of trials. */
export default memo(function CurvesCard({ at, table, mask, colorBy, hovered, onHover, onOpen }: Props) {
  const { query } = useLocation()
  const theme = useTheme()
  const [wanted, setWanted] = useState(false)
  const isLarge = table.trials.length > LOADED_BELOW
  const enabled = wanted || !isLarge
  const axis = query.get('curve-x') ?? 'step'
  const metric = table.value.name
  const { curves, shown, loading } = useSweepCurves(at, table, metric, enabled)
  const isMetricAxis = axis !== 'step' && axis !== 'time'
  const positions = useSweepCurves(at, table, isMetricAxis ? axis : metric, enabled && isMetricAxis)
  const lines = useMemo(
    () =>
      table.trials.flatMap(({ number }, row): Line[] => {
        const curve = curves.get(number)
        if (!curve) return []
        const line = curveOver(curve, axis, isMetricAxis ? positions.curves.get(number) : undefined)
        return line.xs.length > 0 ? [{ row, ...line }] : []
      }),
    [table, curves, axis, isMetricAxis, positions.curves],
  )
  const { settingsOf, setSettings } = useChartSettings(DEFAULTS)
  const { zoomOf, setZoom } = useZooms()
  const group = query.get('group-curves') ?? ''
  const band = bandOf(query.get('band'))
  const series = useMemo(
    () =>
      group === ''
        ? []
        : groupedLines(
            table,
            lines.filter(({ row }) => mask[row] === 1),
            group,
            band,
          ).map(
            (each, i): Series => ({
              ...each,
              id: each.label,
              color: theme.series[i % theme.series.length]!,
              isGroup: true,
            }),
          ),
    [table, lines, mask, group, band, theme],
  )
  const names = useLoggedNames(at, table, enabled)
  const running = lines.filter(({ row }) => mask[row] === 1 && table.trials[row]!.state === 'running').length
  const xName = axis === 'time' ? 'seconds' : axis
  const isEmpty = lines.every(({ xs }) => xs.length < 2)
  const isLoading = loading || positions.loading
  const settings = settingsOf(CHART)
  const onSettings = (change: Parameters<typeof setSettings>[1]) => setSettings(CHART, change)
  const counted =
    shown < table.trials.length && !isLoading
      ? ` · curves of ${formatCount(shown)} of ${formatCount(table.trials.length)} trials`
      : ''
  const controls = (
    <>
      <select
        aria-label="Curves over"
        value={axis}
        onChange={({ target: { value } }) => setSearchParams({ 'curve-x': value === 'step' ? null : value })}
      >
        <option value="step">X: step</option>
        <option value="time">X: relative time (s)</option>
        {[...new Set([...names, ...(isMetricAxis ? [axis] : [])])]
          .filter((name) => name !== metric)
          .map((name) => (
            <option key={name} value={name}>
              X: {name}
            </option>
          ))}
      </select>
      <GroupingControls
        groups={[
          { key: ALL_TRIALS, name: 'all trials' },
          ...variedParams(table).map(({ key, name }) => ({ key, name })),
        ]}
        group={group}
        band={band}
        onGroup={(key) => setSearchParams({ 'group-curves': key })}
        onBand={(next) => setSearchParams({ band: next })}
      />
    </>
  )
  const title = `${metric} by ${axis === 'time' ? 'time' : axis}`
  if (group !== '' && !isEmpty)
    return (
      <LineChart
        title={title}
        curves={series}
        xName={xName}
        settings={settings}
        onSettings={onSettings}
        goal={table.goal}
        height={HEIGHT}
        zoom={zoomOf(CHART)}
        onZoom={(zoom) => setZoom(CHART, zoom)}
        tools={controls}
        hint={`Mean and ${band} of the trials${counted}`}
      />
    )
  return (
    <TrialCurves
      title={title}
      hint={
        <>
          <RampLegend {...colorBy} />
          {running > 0 && ' · dashed: running'}
          {counted}
        </>
      }
      tools={
        <>
          {enabled && controls}
          <ChartSettingsMenu title={title} settings={settings} onSettings={onSettings} />
        </>
      }
      empty={
        !isEmpty ? undefined : !enabled ? (
          <p className="empty">
            <button type="button" onClick={() => setWanted(true)}>
              Load curves
            </button>
          </p>
        ) : (
          <p className="empty">
            {isLoading ? 'Loading curves…' : `No trial has logged ${metric} at more than one ${xName}.`}
          </p>
        )
      }
      xName={xName}
      table={table}
      lines={lines}
      mask={mask}
      settings={settings}
      height={HEIGHT}
      colorBy={colorBy}
      hovered={hovered}
      onHover={onHover}
      onOpen={onOpen}
    />
  )
})

const NO_NAMES: readonly string[] = []

/** Names of the numbers that the trials log, by the summary of the best one. */
function useLoggedNames(
  { entity, project }: SweepAt,
  { trials, worstFirst }: TrialTable,
  enabled: boolean,
): readonly string[] {
  const run = (trials[worstFirst[worstFirst.length - 1] ?? 0] ?? trials[0])?.run ?? ''
  const { data } = useQuery({
    queryKey: ['run', entity, project, run],
    queryFn: () => getRun({ entity, project, run }),
    enabled: enabled && run !== '',
    staleTime: 60_000,
    placeholderData: (before) => before,
  })
  return useMemo(
    () =>
      data
        ? Object.keys(data.summary)
            .filter((name) => !name.startsWith('_') && typeof data.summary[name] === 'number')
            .sort()
        : NO_NAMES,
    [data],
  )
}
