import { useEffect, useRef, useState } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { useTheme } from '../charts/theme.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { specOf } from './chart-specs.ts'
import type { RunChart } from './charts-of-run.ts'
import type { TableFile } from './load-table.ts'
import type { MediaValue } from './media-value.ts'
import { Table } from './table-panel.tsx'
import { useJsonFile } from './use-media.ts'

/** A chart of `wandb.plot.*`, drawn from its table, which can be shown instead. */
export function ChartPanel({
  at,
  name,
  value,
  chart,
}: {
  at: RunAt
  name: string
  value: MediaValue
  chart: RunChart
}) {
  const { data, error, isPending, refetch } = useJsonFile<TableFile>(at, value.path)
  const [asTable, setAsTable] = useState(false)
  if (error) return <ErrorMessage error={error} retry={() => void refetch()} />
  if (isPending || !data) return <Loading what="the chart" />
  const spec = specOf(chart, data)
  if (!spec)
    return (
      <>
        <p className="muted">
          The definition of the chart <code>{chart.definition}</code> is stored by W&amp;B only. Its table:
        </p>
        <Table at={at} name={name} table={data} />
      </>
    )
  return (
    <>
      {asTable ? (
        <Table at={at} name={name} table={data} />
      ) : (
        <VegaChart label={`${chart.title ?? name}, ${data.data.length} rows`} spec={spec} />
      )}
      <button type="button" className="ghost" onClick={() => setAsTable(!asTable)}>
        {asTable ? 'Show chart' : 'Show table'}
      </button>
    </>
  )
}

function VegaChart({ label, spec }: { label: string; spec: object }) {
  const box = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  const [failure, setFailure] = useState<Error>()
  const text = JSON.stringify(spec)
  useEffect(() => {
    const element = box.current
    if (!element) return
    let end: (() => void) | undefined
    let gone = false
    const draw = async () => {
      const { drawVega } = await import('./vega-chart.ts')
      if (gone) return
      end = await drawVega(element, JSON.parse(text), theme)
      if (gone) end()
    }
    draw().catch((error: Error) => gone || setFailure(error))
    return () => {
      gone = true
      end?.()
    }
  }, [text, theme])
  if (failure) return <ErrorMessage error={failure} />
  return <div className="media-canvas" ref={box} role="img" aria-label={label} />
}
