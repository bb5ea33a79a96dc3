import { exactText, formatNumber } from '../model/format.ts'
import type { Series } from './line-chart-draw.ts'

/** Where the cursor is on a curve. */
export interface Reading {
  readonly id: string
  readonly value: number | undefined
  readonly x: number | undefined
}

/** Curves by color with their values at the cursor; a click hides one. */
export function CurveLegend({
  curves,
  readings,
  hidden,
  onHidden,
}: {
  curves: readonly Series[]
  readings: readonly Reading[]
  hidden: ReadonlySet<string>
  onHidden: (hidden: ReadonlySet<string>) => void
}) {
  const values = new Map(readings.map(({ id, value }) => [id, value]))
  return (
    <ul className="curve-legend">
      {curves.map(({ id, label, color, dash }) => {
        const value = values.get(id)
        return (
          <li key={id}>
            <button
              type="button"
              aria-pressed={!hidden.has(id)}
              title={hidden.has(id) ? `Show ${label}` : `Hide ${label}`}
              onClick={() => onHidden(toggled(hidden, id))}
            >
              <svg width="16" height="6" aria-hidden="true">
                <line
                  x2="16"
                  y1="3"
                  y2="3"
                  stroke={color}
                  strokeWidth="3"
                  strokeDasharray={dash?.join(' ')}
                />
              </svg>
              <span className="muted">{label}</span> <b>{value === undefined ? '–' : formatNumber(value)}</b>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Of a single curve. */
export function CurveReading({
  reading,
  xName,
  notFinite,
}: {
  reading: Reading | undefined
  xName: string
  notFinite: number
}) {
  const { value, x } = reading ?? { value: undefined, x: undefined }
  return (
    <span className="readings">
      <b title={value === undefined ? undefined : exactText(value)}>
        {value === undefined ? '–' : formatNumber(value)}
      </b>
      {x !== undefined && (
        <span className="muted">
          {' '}
          at {xName === 'seconds' ? `${formatNumber(x)} s` : `${xName} ${formatNumber(x)}`}
        </span>
      )}
      {notFinite > 0 && (
        <span className="not-finite" title="NaN or infinite; marked with crosses at the bottom">
          {' '}
          · {notFinite} not finite
        </span>
      )}
    </span>
  )
}
