import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatEventCursor, parseEventCursor } from './event-cursor.ts'

const number = fc.integer({ min: 0, max: 9_999_999 })
const ms = fc.integer({ min: 0, max: 999_999_999_999_999 })

it('parses what it formats', () => {
  const cursors = fc.record(
    { settled: number, since: ms, rest: fc.record({ after: number, startedAt: ms }) },
    { requiredKeys: ['settled', 'since'] },
  )
  fc.assert(
    fc.property(cursors, (cursor) => {
      expect(parseEventCursor(formatEventCursor(cursor))).toEqual(cursor)
    }),
  )
})

it('refuses any other text with bad-cursor', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^\d+\.\d+(\.\d+\.\d+)?$/.test(text))
      expect(() => parseEventCursor(text)).toThrow(expect.objectContaining({ code: 'bad-cursor' }))
    }),
  )
})
