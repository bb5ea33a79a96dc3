import { Settings2 } from 'lucide-react'
import { useId, useState } from 'react'
import { SMOOTHINGS, type Smoothing } from '../model/smoothing.ts'
import { Popover } from '../ui/popover.tsx'
import type { ChartSettings } from './chart-settings.ts'

const MAX_WEIGHT = 0.99

/** Settings of one chart. */
export function ChartSettingsMenu({
  title,
  settings,
  onSettings,
}: {
  title: string
  settings: ChartSettings
  /** `undefined`: the defaults again. */
  onSettings: (change: Partial<ChartSettings> | undefined) => void
}) {
  const id = useId()
  const [resets, setResets] = useState(0)
  const { logX, logY, smoothing, yRange, clip } = settings
  const check = (label: string, checked: boolean, change: (on: boolean) => Partial<ChartSettings>) => (
    <label className="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onSettings(change(event.target.checked))}
      />{' '}
      {label}
    </label>
  )
  const end = (label: string, i: 0 | 1) => (
    <input
      // The field keeps what is typed until a reset.
      key={resets}
      type="number"
      step="any"
      aria-label={label}
      placeholder="auto"
      defaultValue={yRange[i]}
      onChange={({ target: { value } }) => {
        const next: [number | undefined, number | undefined] = [yRange[0], yRange[1]]
        next[i] = value === '' ? undefined : Number(value)
        if (next[0] === undefined || next[1] === undefined || next[0] < next[1]) onSettings({ yRange: next })
      }}
    />
  )
  return (
    <Popover label={`Settings of ${title}`} icon={<Settings2 size={16} aria-hidden="true" />}>
      {check('Log y', logY, (on) => ({ logY: on }))}
      {check('Log x', logX, (on) => ({ logX: on }))}
      {check('Ignore outliers', clip, (on) => ({ clip: on }))}
      <label htmlFor={`${id}kind`}>Smoothing</label>
      <select
        id={`${id}kind`}
        value={smoothing.kind}
        onChange={({ target: { value } }) =>
          onSettings({ smoothing: { ...smoothing, kind: value as Smoothing['kind'] } })
        }
      >
        {SMOOTHINGS.map((kind) => (
          <option key={kind}>{kind}</option>
        ))}
      </select>
      <input
        type="range"
        aria-label="Smoothing weight"
        min={0}
        max={MAX_WEIGHT}
        step={0.01}
        value={smoothing.weight}
        onChange={({ target: { value } }) =>
          onSettings({ smoothing: { ...smoothing, weight: Number(value) } })
        }
      />
      <span>Y axis</span>
      <span className="row">
        {end('Y from', 0)} to {end('Y to', 1)}
      </span>
      <button
        type="button"
        className="ghost"
        onClick={() => {
          setResets(resets + 1)
          onSettings(undefined)
        }}
      >
        Reset
      </button>
    </Popover>
  )
}
