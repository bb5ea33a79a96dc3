import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namesIn } from '../config-names.ts'
import { wandbParams } from './child-env.ts'
import { csvOf } from './csv.ts'
import { lineSplitter, readMetricLine } from './metric-lines.ts'
import { formatValue, renderProgress, renderTrials } from './render.ts'

describe('metric lines', () => {
  it.each([
    { title: 'values', line: '::metric {"loss": 0.5}', gives: { values: { loss: 0.5 } } },
    { title: 'a step', line: '::metric {"loss": 1, "step": 7}', gives: { values: { loss: 1 }, step: 7 } },
    { title: 'another line', line: 'epoch 3 ::metric {}', gives: undefined },
    { title: 'a broken step', line: '::metric {"step": -1}', gives: expect.stringContaining('whole number') },
    { title: 'a list', line: '::metric [1]', gives: expect.stringContaining('one JSON object') },
    { title: 'broken JSON', line: '::metric {loss: 1}', gives: expect.stringContaining('must hold JSON') },
  ])('reads $title', ({ line, gives }) => {
    expect(readMetricLine(line)).toEqual(gives)
  })

  it('reads NaN as Python prints it', () => {
    const read = readMetricLine('::metric {"loss": NaN}')
    expect(String((read as { values: { loss: unknown } }).values.loss)).not.toBe('null')
    expect(typeof read).toBe('object')
  })

  it('finds the same lines however the stream is cut', () => {
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

describe('CSV', () => {
  it('quotes what needs it and ends lines with CRLF', () => {
    expect(csvOf([['a', 'b,c', 'say "hi"', 'two\nlines', null, 1.5]])).toBe(
      'a,"b,c","say ""hi""","two\nlines",,1.5\r\n',
    )
  })

  it.each(['=1+1', '+1', '-cmd', '@SUM(A1)', '\tx'])(
    'makes the text %j harmless in a spreadsheet, unless raw',
    (text) => {
      expect(csvOf([[text]])).toContain(`'${text}`)
      expect(csvOf([[text]], true)).toBe(`${text}\r\n`)
    },
  )

  it('leaves negative numbers alone', () => {
    expect(csvOf([[-1.5]])).toBe('-1.5\r\n')
  })

  it('holds every text so that a reader of RFC 4180 gets it back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 3 }), { minLength: 1 }),
        (rows) => {
          expect(readCsv(csvOf(rows, true))).toEqual(rows)
        },
      ),
    )
  })
})

/** A reader of RFC 4180, for the test alone. */
const readCsv = (text: string): string[][] => {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && quoted === undefined && plain === '') break
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

describe('progress', () => {
  it('shows a bar, the counts and the best', () => {
    const line = renderProgress(
      {
        done: 10,
        total: 20,
        running: 4,
        stopped: 3,
        best: { number: 7, value: 0.93456789 },
        metric: 'val_acc',
      },
      100,
    )
    expect(line).toMatch(/^█+▌░+ 10\/20 · 4 running · 3 stopped early · best val_acc 0\.934568 \(#7\)$/)
  })

  it('has no bar when nobody knows how many there will be', () => {
    expect(renderProgress({ done: 3, total: null, running: 1 }, 80)).toBe('3 done · 1 running')
  })

  it('never outgrows its width, and its bar only grows', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.integer({ min: 1, max: 200 }), (done, total, width) => {
        const line = renderProgress({ done, total, running: 3, best: { number: 1, value: 1e-9 } }, width)
        expect([...line].length).toBeLessThanOrEqual(width)
        expect(line).not.toContain('\n')
      }),
    )
  })
})

describe('tables', () => {
  it('have a column per parameter and numbers to the right', () => {
    const text = renderTrials([
      { number: 1, state: 'finished', params: { lr: 0.1, opt: { name: 'adam' } }, value: 0.5 },
      { number: 12, state: 'stopped', params: { lr: 0.0123456789 }, reason: 'hyperband' },
    ])
    expect(text.split('\n')).toEqual([
      ' #         lr  opt.name  value  state     reason',
      '──  ─────────  ────────  ─────  ────────  ─────────',
      ' 1        0.1  adam        0.5  finished',
      '12  0.0123457                   stopped   hyperband',
    ])
  })

  it('let no text move the cursor', () => {
    const text = renderTrials([{ number: 1, state: 'failed', params: { a: '\x1b[2Jx\r\n' }, reason: '\x07' }])
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
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

describe("W&B's parameter file", () => {
  it('writes small floats so that YAML 1.1 reads numbers', () => {
    expect(wandbParams({ lr: 1e-5, deep: { b: [true, 'x: y'] } })).toBe(
      'wandb_version: 1\n"lr":\n  value: 1.0e-05\n"deep":\n  value: {"b": [true, "x: y"]}\n',
    )
  })
})

describe('the names in a config', () => {
  it.each([
    {
      title: 'an object',
      config: { project: 'p', entity: 'e', method: 'grid' },
      gives: { project: 'p', entity: 'e' },
    },
    { title: 'JSON', config: '{"project": "p"}', gives: { project: 'p' } },
    { title: 'YAML', config: 'project: my digits  # x\r\nmethod: grid\n', gives: { project: 'my digits' } },
    {
      title: 'quoted YAML',
      config: 'entity: "a b"\nproject: \'c d\'\n',
      gives: { entity: 'a b', project: 'c d' },
    },
    { title: 'nested keys', config: 'parameters:\n  project:\n    value: 1\n  entity: x\n', gives: {} },
    { title: 'null', config: 'project: null\n', gives: {} },
  ])('are found in $title', ({ config, gives }) => {
    expect(namesIn(config)).toEqual(gives)
  })
})
