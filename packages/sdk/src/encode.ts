import { Float } from '@chimney/core/schema/json'
import { LongInteger } from '@chimney/core/schema/long-integer'
import { ChimneyError } from './error.ts'

/** Encoded JSON text. */
export class Encoded {
  readonly text: string
  constructor(value: unknown) {
    this.text = encode(value)
  }
}

/**
 * Encodes JSON without the losses of `JSON.stringify`: NaN and infinities stay bare words, which the server reads, a
 * {@link Float} keeps its decimal point, big integers keep their digits, and typed arrays become lists. Skips members that
 * are undefined or functions. A cycle, or more than 100 levels, throws a `ChimneyError`.
 */
export const encode = (value: unknown): string => write(value, 0) ?? 'null'

const write = (value: unknown, depth: number): string | undefined => {
  if (depth > 100)
    throw new ChimneyError(
      'bad-value',
      'the value contains a cycle or is nested more than 100 levels deep; log plain values',
    )
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0.0' : String(value)
    case 'bigint':
      return String(value)
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'object':
      return writeObject(value, depth)
    default:
      return undefined
  }
}

const writeObject = (value: object | null, depth: number): string | undefined => {
  if (value === null) return 'null'
  if (value instanceof Encoded) return value.text
  if (value instanceof LongInteger) return String(value.value)
  if (value instanceof Float)
    return Number.isInteger(value.value) && Math.abs(value.value) < 1e21
      ? `${Object.is(value.value, -0) ? '-0' : value.value}.0`
      : String(value.value)
  const items =
    ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Uint8Array) : value
  if (Array.isArray(items)) return `[${items.map((item) => write(item, depth + 1) ?? 'null').join(',')}]`
  if ('toJSON' in items && typeof items.toJSON === 'function') return write(items.toJSON(), depth + 1)
  const members: string[] = []
  for (const [name, member] of Object.entries(items)) {
    const text = write(member, depth + 1)
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`)
  }
  return `{${members.join(',')}}`
}
