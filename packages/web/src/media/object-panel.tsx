import { useEffect, useRef, useState } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { useTheme } from '../charts/theme.ts'
import { formatCount } from '../model/format.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { FilePanel } from './file-panels.tsx'
import { type MediaValue, partsOf } from './media-value.ts'
import { useJsonFile } from './use-media.ts'

type Point = readonly number[]
/** A list of points, or a scene of the client with points and boxes. */
type Cloud = readonly Point[] | { readonly points?: readonly Point[] }

/** Point clouds turn with the mouse, a finger or the arrow keys. Meshes (.obj, .glb, .stl) are linked. */
export function ObjectPanel(props: { at: RunAt; name: string; value: MediaValue }) {
  const [first] = partsOf(props.value)
  return first?.path?.endsWith('.pts.json') ? (
    <PointCloud {...props} value={first} />
  ) : (
    <FilePanel {...props} />
  )
}

function PointCloud({ at, name, value }: { at: RunAt; name: string; value: MediaValue }) {
  const { data, error, isPending } = useJsonFile<Cloud>(at, value.path)
  const box = useRef<HTMLCanvasElement>(null)
  const theme = useTheme()
  const [failure, setFailure] = useState<Error>()
  const points = data && ('points' in data ? (data.points ?? []) : (data as readonly Point[]))
  useEffect(() => {
    const canvas = box.current
    if (!canvas || !points) return
    let end: (() => void) | undefined
    let gone = false
    const draw = async () => {
      const { drawPoints } = await import('./point-cloud.ts')
      if (!gone) end = drawPoints(canvas, points, theme)
    }
    draw().catch((error: Error) => gone || setFailure(error))
    return () => {
      gone = true
      end?.()
    }
  }, [points, theme])
  if (error ?? failure) return <ErrorMessage error={(error ?? failure)!} />
  if (isPending || !points) return <Loading what="the points" />
  return (
    <canvas
      className="media-points"
      ref={box}
      tabIndex={0}
      role="img"
      aria-label={`${name}: ${formatCount(points.length)} points; arrow keys turn them`}
    />
  )
}
