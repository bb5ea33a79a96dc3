import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineSplitter, readMetricLine } from './metric-lines.ts'

describe('metric lines', () => {
  it.each([
    { title: 'values', line: '::metric {"loss": 0.5}', gives: { values: { loss: 0.5 } } },
    { title: 'a step', line: '::metric {"loss": 1, "step": 7}', gives: { values: { loss: 1 }, step: 7 } },
    { title: 'another line', line: 'epoch 3 ::metric {}', gives: undefined },
    { title: 'a broken step', line: '::metric {"step": -1}', gives: expect.stringContaining('integer') },
    { title: 'a list', line: '::metric [1]', gives: expect.stringContaining('one JSON object') },
    { title: 'broken JSON', line: '::metric {loss: 1}', gives: expect.stringContaining('must contain JSON') },
  ])('reads $title', ({ line, gives }) => {
    expect(readMetricLine(line)).toEqual(gives)
  })

  it('reads NaN as Python prints it', () => {
    const read = readMetricLine('::metric {"loss": NaN}')
    expect(String((read as { values: { loss: unknown } }).values.loss)).not.toBe('null')
    expect(typeof read).toBe('object')
  })

  it('finds the same lines for any chunks of the stream', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z ]{0,9}$/)), fc.array(fc.nat(7)), (lines, cuts) => {
        const text = lines.map((line) => `${line}\n`).join('')
        const found: string[] = []
        const splitter = lineSplitter((line) => found.push(line))
        let at = 0
        for (const cut of cuts) {
          splitter.push(text.slice(at, at + cut))
          at += cut
        }
        splitter.push(text.slice(at))
        splitter.end()
        expect(found).toEqual(lines)
      }),
    )
  })
})
