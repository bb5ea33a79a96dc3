import { expect, it } from 'vitest'
import {
  exactText,
  formatAgo,
  formatDuration,
  formatNumber,
  formatRoughly,
  formatSigned,
  formatValue,
} from './format.ts'

it.each([
  [0, '0'],
  [0.943123, '0.9431'],
  [0.5, '0.5'],
  [16, '16'],
  [123456, '123456'],
  [12345.678, '12346'],
  [1.5e9, '1500000000'],
  [875712978, '875712978'],
  [1e22, '1e22'],
  [0.0000123, '1.23e−5'],
  [-0.25, '−0.25'],
  [0.0001, '0.0001'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('formats the number %s as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})

it.each([
  [300, '< 1 s'],
  [43_000, '43 s'],
  [125_000, '2 min 5 s'],
  [7_500_000, '2 h 5 min'],
  [86_400_000, '1 d'],
])('formats %s ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

it('formats relative times in one unit', () => {
  const now = Date.parse('2024-05-01T12:00:00Z')
  expect(formatAgo('2024-05-01T11:57:30Z', now)).toBe('2 min ago')
  expect(formatAgo('2024-05-01T11:59:58Z', now)).toBe('just now')
})

it('formats other values as JSON, strings unquoted', () => {
  expect([formatValue('adam'), formatValue(true), formatValue([1, 2]), formatValue(null)]).toEqual([
    'adam',
    'true',
    '[1,2]',
    'null',
  ])
})

it('formats correlations with a sign and two decimals, zero without a sign', () => {
  expect([0.2449, -0.081, 0.0002, -0.0002].map(formatSigned)).toEqual(['+0.24', '−0.08', '0.00', '0.00'])
})

it('rounds estimates', () => {
  const minutes = [0.2, 2.5, 55, 125, 780, 3_000]
  expect(minutes.map((each) => formatRoughly(60_000 * each))).toEqual([
    '12 s',
    '2 min',
    '55 min',
    '2 h 5 min',
    '13 h',
    '2 d 2 h',
  ])
  expect(formatRoughly(10)).toBe('< 1 s')
})

it('gives all digits where the formatted number has fewer', () => {
  expect([0.08976315, 0.5, 1234567, -0.25, 1e-7 / 3, 'text', Number.NaN].map(exactText)).toEqual([
    '0.08976315',
    undefined,
    undefined,
    undefined,
    '3.3333333333333334e-8',
    undefined,
    undefined,
  ])
})
