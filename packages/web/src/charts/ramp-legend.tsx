import { useTheme } from './theme.ts'

/** More labels than colors would repeat. */
const MAX_LABELS = 12

/** What a color stands for: the ends of the ramp, such as `val_acc: worse ▬ better`, or the labels of a category. */
export function RampLegend({
  name,
  low,
  high,
  labels,
}: {
  name: string
  low: string
  high: string
  labels?: readonly string[]
}) {
  const { series } = useTheme()
  if (labels)
    return (
      <span className="label-legend">
        {name}:{' '}
        {labels.slice(0, MAX_LABELS).map((label, i) => (
          <span key={label}>
            <i style={{ background: series[i % series.length] }} aria-hidden="true" /> {label}
          </span>
        ))}
        {labels.length > MAX_LABELS && ` and ${labels.length - MAX_LABELS} more`}
      </span>
    )
  return (
    <span className="ramp-legend">
      {name}: {low} <i aria-hidden="true" /> {high}
    </span>
  )
}
