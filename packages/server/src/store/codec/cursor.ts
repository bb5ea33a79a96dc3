import { Problem } from '@chimney/core/schema/problem'

/** Where a page ended, as an opaque text. `list` names the list, so that a cursor is good for its own list alone. */
export const writeCursor = (list: string, place: readonly string[]): string =>
  Buffer.from(JSON.stringify([list, ...place])).toString('base64url')

/** The place in `list` that a cursor names: `length` non-empty texts of at most `longest` characters each. Throws `Problem('invalid', 'bad-cursor')`. */
export function readCursor(list: string, cursor: string, length: number, longest = 1024): readonly string[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw badCursor()
  }
  if (!Array.isArray(parsed) || parsed.length !== length + 1 || parsed[0] !== list) throw badCursor()
  const place: unknown[] = parsed.slice(1)
  if (!place.every((text) => typeof text === 'string' && text !== '' && text.length <= longest))
    throw badCursor()
  return place as string[]
}

export const badCursor = (): Problem =>
  new Problem(
    'invalid',
    'bad-cursor',
    'cursor is not one that this list gave out; start again without a cursor',
  )
