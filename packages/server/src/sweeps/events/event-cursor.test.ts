import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatEventCursor, parseEventCursor } from './event-cursor.ts'

const number = fc.integer({ min: 0, max: 9_999_999 })
const ms = fc.integer({ min: 0, max: 999_999_999_999_999 })

it('parses what it formats', () => {
  const cursors = fc
    .record(
      {
        settled: number,
        since: ms,
        head: fc.stringMatching(/^[0-9a-f]{8}$/),
        open: fc.uniqueArray(
          number.filter((open) => open > 0),
          { minLength: 1, maxLength: 300 },
        ),
        rest: fc.record({ after: number, startedAt: ms }),
      },
      { requiredKeys: ['settled', 'since'] },
    )
    .map(({ open, ...cursor }) => {
      const sorted = open?.toSorted((a, b) => a - b)
      return sorted ? { ...cursor, settled: Math.max(cursor.settled, sorted.at(-1)!), open: sorted } : cursor
    })
  fc.assert(
    fc.property(cursors, (cursor) => {
      expect(parseEventCursor(formatEventCursor(cursor))).toEqual(cursor)
    }),
  )
})

it('refuses any other text with bad-cursor', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^\d+\.\d+/.test(text))
      expect(() => parseEventCursor(text)).toThrow(expect.objectContaining({ code: 'bad-cursor' }))
    }),
  )
})

it('refuses open trials that are out of order or beyond the settled ones', () => {
  for (const text of ['10.5-0', '10.5-3-0', '10.5-b'])
    expect(() => parseEventCursor(text)).toThrow(expect.objectContaining({ code: 'bad-cursor' }))
  expect(parseEventCursor('10.5-a')).toEqual({ settled: 10, since: 5, open: [10] })
})
