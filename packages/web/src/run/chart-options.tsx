import { type ReactNode, useId } from 'react'
import { setSearchParams, useLocation } from '../app/location.ts'
import { type ChartSettings, PLAIN } from '../charts/chart-settings.ts'

export interface ChartOptions {
  readonly x: string
  /** Of the charts without own settings. */
  readonly defaults: ChartSettings
  readonly search: string
}

export function useChartOptions(): ChartOptions {
  const { query } = useLocation()
  const smoothing = Number(query.get('smooth') ?? 0)
  return {
    x: query.get('x') ?? 'step',
    defaults: {
      ...PLAIN,
      smoothing: { kind: 'exponential', weight: smoothing > 0 && smoothing < 1 ? smoothing : 0 },
      logY: query.get('log') === '1',
    },
    search: query.get('search') ?? '',
  }
}

/** Chart options, kept in the URL. */
export function ChartControls({
  options,
  metrics,
  children,
}: {
  options: ChartOptions
  metrics: readonly string[]
  children?: ReactNode
}) {
  const id = useId()
  return (
    <fieldset className="filter" aria-label="Chart options">
      <label htmlFor={`${id}x`}>X axis</label>
      <select
        id={`${id}x`}
        value={options.x}
        onChange={(event) =>
          setSearchParams({ x: event.target.value === 'step' ? null : event.target.value })
        }
      >
        <option value="step">Step</option>
        <option value="time">Time (s)</option>
        {metrics.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}s`}>Smoothing</label>
      <input
        id={`${id}s`}
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={options.defaults.smoothing.weight}
        onChange={(event) =>
          setSearchParams({ smooth: event.target.value === '0' ? null : event.target.value })
        }
      />
      <label className="check">
        <input
          type="checkbox"
          checked={options.defaults.logY}
          onChange={(event) => setSearchParams({ log: event.target.checked ? '1' : null })}
        />{' '}
        Log y
      </label>
      {children}
      {metrics.length > 4 && (
        <>
          <label htmlFor={`${id}f`} className="hidden">
            Search metrics
          </label>
          <input
            id={`${id}f`}
            type="search"
            placeholder="Search metrics"
            value={options.search}
            onChange={(event) => setSearchParams({ search: event.target.value })}
          />
        </>
      )}
    </fieldset>
  )
}
