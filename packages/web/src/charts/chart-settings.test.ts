import { expect, it } from 'vitest'
import { type ChartSettings, chartSettingsText, parseChartSettings } from './chart-settings.ts'

it('comes back from the address as it was', () => {
  const all = new Map<string, Partial<ChartSettings>>([
    ['loss', { logY: true, smoothing: { kind: 'gaussian', weight: 0.6 } }],
    ['val/a~b, c', { logX: false, clip: true, yRange: [undefined, 2.5] }],
  ])
  const text = chartSettingsText(all)
  expect(text).toBe('loss~ly:1~sm:gaussian:0.6,val%2Fa%7Eb%2C%20c~lx:0~clip:1~y::2.5')
  expect(parseChartSettings(text)).toEqual(all)
  expect(chartSettingsText(new Map([['loss', {}]]))).toBe('')
})

it('ignores what an edited address cannot mean', () => {
  expect(parseChartSettings('loss~sm:cubic:0.5~y:3:1~sm:running:2~x:1,%E0%A4~ly:1')).toEqual(
    new Map([['loss', {}]]),
  )
})
