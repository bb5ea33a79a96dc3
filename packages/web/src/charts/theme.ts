import { useSyncExternalStore } from 'react'
import { parseHexColor } from './hex-color.ts'

type RunState = 'queued' | 'running' | 'finished' | 'failed' | 'stopped' | 'killed' | 'crashed'

export type ThemeChoice = 'system' | 'light' | 'dark'

/** Colours that charts need, as CSS reads them. The style sheet is where they are written. */
export interface Theme {
  readonly name: 'light' | 'dark'
  readonly text: string
  readonly soft: string
  readonly line: string
  readonly faint: string
  readonly edge: string
  readonly surface: string
  readonly accent: string
  readonly warn: string
  /** From the worst value to the best. */
  readonly ramp: readonly string[]
  /** Of runs side by side: told apart by people who see colours differently (after Okabe and Ito 2008). */
  readonly series: readonly string[]
  /** Of trials by their state. */
  readonly states: Readonly<Record<RunState, string>>
}

const STORAGE_KEY = 'chimney-theme'
const listeners = new Set<() => void>()
let theme: Theme | undefined

/** Steps of a ramp: more cannot be told apart, and each is one stroke of a chart. */
const RAMP_STEPS = 24

export function themeChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORAGE_KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(STORAGE_KEY)
  else localStorage.setItem(STORAGE_KEY, choice)
  applyTheme()
}

/** Puts the chosen theme, or the system's, on the page. */
export function applyTheme(): void {
  const choice = themeChoice()
  const dark =
    choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  theme = undefined
  for (const listener of listeners) listener()
}

export function watchSystemTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, currentTheme)
export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, themeChoice)

function currentTheme(): Theme {
  theme ??= readTheme()
  return theme
}

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    name: document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
    text: color('text'),
    soft: color('soft'),
    line: color('line'),
    faint: color('faint'),
    edge: color('edge'),
    surface: color('surface'),
    accent: color('accent'),
    warn: color('warn'),
    ramp: rampOf(color('ramp').split(/\s+/)),
    series: color('series').split(/\s+/),
    states: {
      queued: color('part-open'),
      running: color('part-open'),
      finished: color('part-finished'),
      stopped: color('part-stopped'),
      failed: color('part-failed'),
      killed: color('part-killed'),
      crashed: color('part-crashed'),
    },
  }
}

/** Even steps between the given colours. */
export function rampOf(stops: readonly string[]): string[] {
  const channels = stops.map(parseHexColor)
  return Array.from({ length: RAMP_STEPS }, (_, i) => {
    const place = (i / (RAMP_STEPS - 1)) * (stops.length - 1)
    const at = Math.min(stops.length - 2, Math.floor(place))
    const mixed = channels[at]!.map((from, channel) =>
      Math.round(from + (place - at) * (channels[at + 1]![channel]! - from)),
    )
    return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
  })
}

/** The colour of a place from worst (0) to best (1). */
export const rampColor = ({ ramp }: Theme, place: number): string => ramp[rampStep(place)]!
export const rampStep = (place: number): number =>
  Math.max(0, Math.min(RAMP_STEPS - 1, Math.round(place * (RAMP_STEPS - 1))))
