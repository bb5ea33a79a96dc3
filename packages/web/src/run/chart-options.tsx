import { useId } from 'react'
import { keepInAddress, usePlace } from '../app/location.ts'

export interface CurveOptions {
  readonly x: string
  readonly smoothing: number
  readonly log: boolean
  readonly search: string
}

export function useCurveOptions(): CurveOptions {
  const { query } = usePlace()
  const smoothing = Number(query.get('smooth') ?? 0)
  return {
    x: query.get('x') ?? 'step',
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
    log: query.get('log') === '1',
    search: query.get('search') ?? '',
  }
}

/** How curves are drawn; kept in the address. */
export function CurveControls({ options, metrics }: { options: CurveOptions; metrics: readonly string[] }) {
  const id = useId()
  return (
    <fieldset className="filter" aria-label="Curves">
      <label htmlFor={`${id}x`}>over</label>
      <select
        id={`${id}x`}
        value={options.x}
        onChange={(event) => keepInAddress({ x: event.target.value === 'step' ? null : event.target.value })}
      >
        <option value="step">step</option>
        <option value="time">seconds</option>
        {metrics.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}s`}>smoothing</label>
      <input
        id={`${id}s`}
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={options.smoothing}
        onChange={(event) =>
          keepInAddress({ smooth: event.target.value === '0' ? null : event.target.value })
        }
      />
      <label className="check">
        <input
          type="checkbox"
          checked={options.log}
          onChange={(event) => keepInAddress({ log: event.target.checked ? '1' : null })}
        />{' '}
        logarithmic
      </label>
      {metrics.length > 4 && (
        <>
          <label htmlFor={`${id}f`} className="hidden">
            Show metrics whose name holds
          </label>
          <input
            id={`${id}f`}
            type="search"
            placeholder="Find metrics"
            value={options.search}
            onChange={(event) => keepInAddress({ search: event.target.value })}
          />
        </>
      )}
    </fieldset>
  )
}
