import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Attribute types of this store. Numbers are integers; float64 values go through {@link packFloats}. */
export type Attribute = string | number | Uint8Array | ReadonlySet<number>
export type Attributes = Readonly<Record<string, Attribute>>

// Readers of one attribute. A wrong type means a foreign or damaged item, so they throw.
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

/** Float64 values, 8 bytes each: exact, and smaller than DynamoDB's number, whose range ends at 1e126. */
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

/** Size by which DynamoDB charges for an item: its names and values. A number has about 5 bytes. */
export const itemBytes = (item: Attributes): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0)
function valueBytes(value: Attribute): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.length
  return typeof value === 'number' ? 5 : 5 * value.size
}

/** Largest decompressed request, hence of every stored value. */
const MAX_INFLATED = 67_108_864

/** Inflates. Throws above {@link MAX_INFLATED}, since an imported backup could hold a decompression bomb. */
export const inflate = (bytes: Uint8Array): Buffer => inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED })

/** In bytes; below this, deflate never saves a write unit. */
const DEFLATE_FROM = 512

/** Text as an attribute, deflated if that is shorter. */
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
