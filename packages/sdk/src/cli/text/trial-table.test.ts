import { describe, expect, it } from 'vitest'
import { renderTable } from './table.ts'
import { renderTrials } from './trial-table.ts'
import { formatValue } from './values.ts'

describe('tables', () => {
  it('have one column per parameter, and numbers on the right', () => {
    const text = renderTrials([
      { number: 1, state: 'finished', params: { lr: 0.1, opt: { name: 'adam' } }, value: 0.5 },
      { number: 12, state: 'stopped', params: { lr: 0.0123456789 }, reason: 'hyperband' },
    ])
    expect(text.split('\n')).toEqual([
      ' #         lr  opt.name  value  state     reason',
      ' 1        0.1  adam        0.5  finished',
      '12  0.0123457                   stopped   hyperband',
    ])
  })

  it('measure wide characters in columns', () => {
    expect(renderTable(['名前', 'b'], [['x', 'y']])).toBe('名前  b\nx     y')
  })

  it('are truncated to the width of the terminal', () => {
    const text = renderTrials([{ number: 1, state: 'failed', params: { a: 'x'.repeat(99) } }], 'loss', {
      width: 30,
    })
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(30)
  })

  it('contain no control characters of the data', () => {
    const text = renderTrials([{ number: 1, state: 'failed', params: { a: '\x1b[2Jx\r\n' }, reason: '\x07' }])
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  it('have bold titles only with colors', () => {
    expect(renderTable(['a'], [[1]], { hasColors: true })).toContain('\x1b[1ma\x1b[22m')
    expect(renderTable(['a'], [[1]])).not.toContain('\x1b')
  })

  it.each([
    [1234567, '1234567'],
    [0.123456789, '0.123457'],
    [1e-9, '1e-9'],
    [Number.NaN, 'NaN'],
  ])('write %d as %s', (value, text) => {
    expect(formatValue(value)).toBe(text)
  })
})
