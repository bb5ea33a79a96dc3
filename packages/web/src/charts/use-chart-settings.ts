import { setSearchParams, useLocation } from '../app/location.ts'
import { type ChartSettings, chartSettingsText, PLAIN, parseChartSettings } from './chart-settings.ts'

/** Settings by chart, kept in the URL over the defaults of the page. */
export function useChartSettings(defaults: ChartSettings = PLAIN): {
  readonly settingsOf: (chart: string) => ChartSettings
  /** `undefined`: the defaults again. */
  readonly setSettings: (chart: string, change: Partial<ChartSettings> | undefined) => void
} {
  const all = parseChartSettings(useLocation().query.get('charts') ?? '')
  return {
    settingsOf: (chart) => ({ ...defaults, ...all.get(chart) }),
    setSettings: (chart, change) => {
      const next = new Map(all)
      if (change) next.set(chart, { ...next.get(chart), ...change })
      else next.delete(chart)
      setSearchParams({ charts: chartSettingsText(next) })
    },
  }
}
