import { Problem } from '@chimney/core/schema/problem'

/** Encodes the end of a page as an opaque text that is valid only for `list`. */
export const writeCursor = (list: string, place: readonly string[]): string =>
  Buffer.from(JSON.stringify([list, ...place])).toString('base64url')

/** Decodes a cursor of `list`: `length` non-empty texts of at most `longest` characters. Throws `Problem('invalid', 'bad-cursor')`. */
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
    'the cursor does not belong to this list; start again without a cursor',
  )
