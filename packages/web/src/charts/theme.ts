import { interpolateRgb, piecewise, quantize } from 'd3-interpolate'
import { useSyncExternalStore } from 'react'
import { type ColorEncoding, labelAt } from '../model/color-encoding.ts'

type RunState = 'queued' | 'running' | 'finished' | 'failed' | 'stopped' | 'killed' | 'crashed'

export type ThemeChoice = 'system' | 'light' | 'dark'

/** Colors of the charts, read from the CSS custom properties of `tokens.css`. */
export interface Theme {
  readonly name: 'light' | 'dark'
  readonly text: string
  readonly muted: string
  readonly line: string
  readonly faint: string
  readonly edge: string
  readonly surface: string
  readonly accent: string
  /** The best trials. */
  readonly warn: string
  /** What the pointer is on. */
  readonly hover: string
  /** From the worst value to the best. */
  readonly ramp: readonly string[]
  /** Categorical colors, safe for color vision deficiency (after Okabe & Ito 2008). */
  readonly series: readonly string[]
  /** Colors of trial states. */
  readonly states: Readonly<Record<RunState, string>>
}

const STORAGE_KEY = 'chimney-theme'
const listeners = new Set<() => void>()
let theme: Theme | undefined

/** Steps of the ramp: more are not distinguishable, and charts draw one group per step. */
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

/** Applies the stored theme, or that of the system. */
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
    muted: color('muted'),
    line: color('line'),
    faint: color('faint'),
    edge: color('edge'),
    surface: color('surface'),
    accent: color('accent'),
    warn: color('warn'),
    hover: color('hover'),
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

/** Interpolates the stops to equal steps. */
const rampOf = (stops: readonly string[]): string[] =>
  quantize(piecewise(interpolateRgb, [...stops]), RAMP_STEPS)

/** The color at a position of the ramp, or of the label that is there. */
export const colorOf = (theme: Theme, { labels }: Pick<ColorEncoding, 'labels'>, position: number): string =>
  labels ? theme.series[labelAt(labels, position) % theme.series.length]! : rampColor(theme, position)

/** `position`: 0 (worst) to 1 (best). */
export const rampColor = ({ ramp }: Theme, position: number): string => ramp[rampStep(position)]!
export const rampStep = (position: number): number =>
  Math.max(0, Math.min(RAMP_STEPS - 1, Math.round(position * (RAMP_STEPS - 1))))
