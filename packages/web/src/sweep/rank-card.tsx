import { memo, useMemo } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { RampLegend } from '../charts/ramp-legend.tsx'
import { ScatterPlot } from '../charts/scatter-plot.tsx'
import type { ColorEncoding } from '../model/color-encoding.ts'
import { rankColumn } from '../model/ranks.ts'
import { type Column, type TrialTable, variedParams } from '../model/trial-table.ts'

interface Props {
  readonly table: TrialTable
  readonly mask: Uint8Array
  /** Names of the parameters, the most important first. */
  readonly ranked: readonly string[]
  readonly hovered: number | undefined
  readonly onHover: (row: number | undefined) => void
  readonly onOpen: (row: number) => void
}

const HEIGHT = 320

/** A parameter against the rank of the value, or two parameters colored by the rank. */
export default memo(function RankCard({ table, mask, ranked, ...pointer }: Props) {
  const { query } = useLocation()
  const rank = useMemo(() => rankColumn(table), [table])
  const varied = useMemo(() => variedParams(table), [table])
  const named = (key: string | null) => varied.find((column) => column.key === key)
  const x = named(query.get('rank-x')) ?? varied.find(({ name }) => name === ranked[0]) ?? varied[0]
  const chosen = named(query.get('rank-y'))
  const y = chosen && chosen.kind === 'number' && chosen !== x ? chosen : rank
  const colorBy = useMemo<ColorEncoding>(() => {
    const at = (value: number) => value / 100
    return { key: rank.key, name: 'rank', low: 'worst', high: 'best', rows: rank.values.map(at), at }
  }, [rank])
  if (!x) return null
  return (
    <ScatterPlot
      {...pointer}
      title="Rank"
      hint={<RampLegend {...colorBy} />}
      table={table}
      mask={mask}
      x={x}
      y={y}
      colorBy={colorBy}
      height={HEIGHT}
      tools={
        <>
          <Choice
            label="Parameter of the rank plot"
            prefix="X: "
            columns={varied}
            value={x}
            onChange={(key) => setSearchParams({ 'rank-x': key })}
          />
          <Choice
            label="Y axis of the rank plot"
            prefix="Y: "
            columns={[rank, ...varied.filter((column) => column.kind === 'number' && column !== x)]}
            value={y}
            onChange={(key) => setSearchParams({ 'rank-y': key === rank.key ? null : key })}
          />
        </>
      }
    />
  )
})

const Choice = ({
  label,
  prefix,
  columns,
  value,
  onChange,
}: {
  label: string
  prefix: string
  columns: readonly Column[]
  value: Column
  onChange: (key: string) => void
}) => (
  <select aria-label={label} value={value.key} onChange={(event) => onChange(event.target.value)}>
    {columns.map(({ key, name }) => (
      <option key={key} value={key}>
        {prefix}
        {key === 'rank' ? 'rank' : name}
      </option>
    ))}
  </select>
)
