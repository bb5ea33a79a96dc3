import { useEffect, useRef, useState } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { useTheme } from '../charts/theme.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import type { MediaValue } from './media-value.ts'
import { useJsonFile } from './use-media.ts'

/** A Plotly figure as it was logged, in the colors of the page. */
export function PlotlyPanel({ at, name, value }: { at: RunAt; name: string; value: MediaValue }) {
  const { data, error, isPending } = useJsonFile<object>(at, value.path)
  const box = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  const [failure, setFailure] = useState<Error>()
  useEffect(() => {
    const element = box.current
    if (!element || !data) return
    let end: (() => void) | undefined
    let gone = false
    const draw = async () => {
      const { drawPlotly } = await import('./plotly-chart.ts')
      if (gone) return
      end = await drawPlotly(element, data, theme)
      if (gone) end()
    }
    draw().catch((error: Error) => gone || setFailure(error))
    return () => {
      gone = true
      end?.()
    }
  }, [data, theme])
  if (error ?? failure) return <ErrorMessage error={(error ?? failure)!} />
  if (isPending) return <Loading what="the figure" />
  return <div className="media-canvas plotly" ref={box} role="img" aria-label={`Plotly figure ${name}`} />
}
