import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** The kinds of value that this store keeps. Numbers are integers or milliseconds; a float64 goes through {@link packFloats}. */
export type Attribute = string | number | Uint8Array | ReadonlySet<number>
export type Attributes = Readonly<Record<string, Attribute>>

// Readers of one attribute: the wrong type means that the table was written by something else, and that must be loud.
function wrong(name: string, what: string): never {
  throw new Error(`the item lacks the attribute ${name} (${what})`)
}
export function textOf(item: Attributes, name: string): string {
  const value = item[name]
  return typeof value === 'string' ? value : wrong(name, 'text')
}
export function numberOf(item: Attributes, name: string): number {
  const value = item[name]
  return typeof value === 'number' ? value : wrong(name, 'number')
}
export const optionalText = (item: Attributes, name: string): string | undefined =>
  item[name] === undefined ? undefined : textOf(item, name)
export function bytesOf(item: Attributes, name: string): Uint8Array {
  const value = item[name]
  return value instanceof Uint8Array ? value : wrong(name, 'bytes')
}
export function setOf(item: Attributes, name: string): readonly number[] {
  const value = item[name]
  return value instanceof Set ? [...(value as ReadonlySet<number>)].sort((a, b) => a - b) : []
}

/** Float64s, 8 bytes each: exact for every value, and smaller than DynamoDB's number, which also ends at 1e126. */
export function packFloats(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value)
  })
  return bytes
}
export function floatsOf(item: Attributes, name: string): readonly number[] {
  const bytes = bytesOf(item, name)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i))
}
export const optionalFloat = (item: Attributes, name: string): number | undefined =>
  item[name] === undefined ? undefined : floatsOf(item, name)[0]

/** No request brings more after decompression, so nothing that was stored unfolds into more. */
const MAX_INFLATED = 67_108_864

/** Bytes that deflate packed. Throws for what unfolds into more than a request may bring: an import could hold it. */
export const inflate = (bytes: Uint8Array): Buffer => inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED })

/** Below this, deflate saves less than a write unit ever could. */
const DEFLATE_FROM = 512

/** Text as an attribute: deflated when that is shorter. */
export function packText(text: string): string | Uint8Array {
  const size = Buffer.byteLength(text)
  if (size < DEFLATE_FROM) return text
  const packed = deflateRawSync(text)
  return packed.length < size ? packed : text
}
export function unpackText(item: Attributes, name: string): string {
  const value = item[name]
  if (typeof value === 'string') return value
  return value instanceof Uint8Array ? inflate(value).toString() : wrong(name, 'text, maybe deflated')
}
