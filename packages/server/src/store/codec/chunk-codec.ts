/**
 * Lossless columnar encoding of a chunk's rows. Layout:
 *
 *   packing · length of the frame · frame · digits
 *   frame: rows · indices (first, then differences) · columns · times
 *   column: name · kind · which rows have it · values
 *
 * `digits` are the lower bytes of all floats, deflated separately: 50 steps of 5 metrics then need two write units instead of
 * three. The times come last since they are not part of the content: a resend may log the same values at another time.
 */
import { deflateRawSync } from 'node:zlib'
import { Float, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { inflate } from '../dynamo/attributes.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Row } from './chunk.ts'

/** First byte of every payload: layout number and flags of the deflated parts. */
const LAYOUT = 8
const FRAME_DEFLATED = 1
const DIGITS_DEFLATED = 2
const FLAGS = FRAME_DEFLATED | DIGITS_DEFLATED
/** Layout of format 1 of the table: no length, and the digits of each column in the frame after its upper bytes. Only read. */
const EARLIER = { raw: 0, deflated: 1 } as const

const KIND = {
  /** JSON text, one array of all values. */
  json: 0,
  /** Finite plain numbers, 8 bytes each. */
  numbers: 1,
  /** Plain integers below 2^51, as differences. */
  integers: 2,
  /** Numbers of floating type, 8 bytes each: a {@link Float} where integral or not finite, else plain. */
  floats: 3,
} as const

/** Their differences are below 2^52 in magnitude, the limit of `signed`. */
const isShort = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 51 && !Object.is(value, -0)
const isPlain = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isWhole = (value: number) => Number.isInteger(value) || !Number.isFinite(value)
const isFloating = (value: unknown): value is number | Float =>
  value instanceof Float ? isWhole(value.value) : typeof value === 'number' && !isWhole(value)
const plain = (value: number | Float) => (value instanceof Float ? value.value : value)

export interface EncodedRows {
  readonly payload: Uint8Array
  /** Indices and values, without times: equal content has equal bytes here. */
  readonly content: Uint8Array
}

/** Rows ascending by index, at least one. */
export function encodeRows(rows: readonly Row[]): EncodedRows {
  const frame = new ByteWriter()
  const digits = new ByteWriter()
  frame.integer(rows.length)
  let before = 0
  for (const { index } of rows) {
    if (index < before) throw new RangeError(`rows must ascend by index, but ${index} comes after ${before}`)
    frame.integer(index - before)
    before = index
  }
  const columns = columnsOf(rows)
  frame.integer(columns.size)
  for (const [name, column] of columns) writeColumn(frame, digits, name, column, rows.length)
  const content = Buffer.concat([frame.bytes, digits.bytes])
  writeTimes(frame, digits, rows)
  return { payload: pack(frame.bytes, digits.bytes), content }
}

function pack(frame: Uint8Array, digits: Uint8Array): Uint8Array {
  const [packedFrame, packedDigits] = [deflateRawSync(frame), deflateRawSync(digits)]
  const [frameWins, digitsWin] = [packedFrame.length < frame.length, packedDigits.length < digits.length]
  const writer = new ByteWriter()
  writer.byte(LAYOUT | (frameWins ? FRAME_DEFLATED : 0) | (digitsWin ? DIGITS_DEFLATED : 0))
  writer.integer(frameWins ? packedFrame.length : frame.length)
  writer.raw(frameWins ? packedFrame : frame)
  writer.raw(digitsWin ? packedDigits : digits)
  return writer.bytes
}

export function decodeRows(payload: Uint8Array): readonly Row[] {
  const { frame, digits } = unpack(payload)
  let before = 0
  const indices = Array.from({ length: frame.integer() }, () => {
    before += frame.integer()
    return before
  })
  const entries: [string, Json][][] = indices.map(() => [])
  for (let left = frame.integer(); left > 0; left--) readColumn(frame, digits, entries)
  const times = readTimes(frame, digits, indices.length)
  // fromEntries defines own properties, so that no metric name reaches the prototype.
  return indices.map((index, i) => ({ index, at: times[i]!, values: Object.fromEntries(entries[i]!) }))
}

function unpack(payload: Uint8Array): { frame: ByteReader; digits: ByteReader } {
  const reader = new ByteReader(payload)
  const packing = reader.byte()
  if (packing === EARLIER.raw || packing === EARLIER.deflated) {
    const bytes = reader.rest()
    const both = new ByteReader(packing === EARLIER.deflated ? inflate(bytes) : bytes)
    return { frame: both, digits: both }
  }
  if ((packing & ~FLAGS) !== LAYOUT) throw new RangeError(`unknown packing of a chunk: ${packing}`)
  const frame = reader.raw(reader.integer())
  const digits = reader.rest()
  return {
    frame: new ByteReader(packing & FRAME_DEFLATED ? inflate(frame) : frame),
    digits: new ByteReader(packing & DIGITS_DEFLATED ? inflate(digits) : digits),
  }
}

interface Column {
  /** Positions of the rows with a value, ascending. */
  readonly rows: number[]
  readonly values: Json[]
}

// One pass over the values, since thousands of rows may have thousands of names that occur once.
function columnsOf(rows: readonly Row[]): ReadonlyMap<string, Column> {
  const columns = new Map<string, Column>()
  for (const [i, row] of rows.entries())
    for (const [name, value] of Object.entries(row.values)) {
      const column = columns.get(name)
      if (column) {
        column.rows.push(i)
        column.values.push(value)
      } else columns.set(name, { rows: [i], values: [value] })
    }
  return columns
}

function writeColumn(
  writer: ByteWriter,
  digits: ByteWriter,
  name: string,
  { rows, values }: Column,
  total: number,
): void {
  const kind = kindOf(values)
  writer.text(name)
  writer.byte(kind)
  writer.integer(values.length)
  if (values.length < total) writeIntegers(writer, rows)
  if (kind === KIND.json) writer.text(stringifyJson(values))
  else if (kind === KIND.integers) writeIntegers(writer, values as number[])
  else writer.floats((values as (number | Float)[]).map(plain), digits)
}

function readColumn(reader: ByteReader, digits: ByteReader, entries: readonly [string, Json][][]): void {
  const name = reader.text()
  const kind = reader.byte()
  const count = reader.integer()
  const rows = count < entries.length ? readIntegers(reader, count) : entries.keys()
  const values = readValues(reader, digits, kind, count)
  let i = 0
  for (const row of rows) entries[row]!.push([name, values[i++]!])
}

function readValues(reader: ByteReader, digits: ByteReader, kind: number, count: number): readonly Json[] {
  switch (kind) {
    case KIND.json:
      return parseJson(reader.text()) as readonly Json[]
    case KIND.integers:
      return readIntegers(reader, count)
    case KIND.numbers:
      return reader.floats(count, digits)
    case KIND.floats:
      return reader.floats(count, digits).map((value) => (isWhole(value) ? new Float(value) : value))
    default:
      throw new RangeError(`unknown kind of a column: ${kind}`)
  }
}

function kindOf(values: readonly Json[]): number {
  if (values.every(isShort)) return KIND.integers
  if (values.every(isPlain)) return KIND.numbers
  return values.every(isFloating) ? KIND.floats : KIND.json
}

function writeIntegers(writer: ByteWriter, values: readonly number[]): void {
  let before = 0
  for (const value of values) {
    writer.signed(value - before)
    before = value
  }
}
function readIntegers(reader: ByteReader, count: number): readonly number[] {
  let before = 0
  return Array.from({ length: count }, () => {
    before += reader.signed()
    return before
  })
}

// Clients that count seconds as floats send fractions of milliseconds.
function writeTimes(writer: ByteWriter, digits: ByteWriter, rows: readonly Row[]): void {
  const times = rows.map((row) => row.at)
  const whole = times.every(isShort)
  writer.byte(whole ? KIND.integers : KIND.numbers)
  if (whole) writeIntegers(writer, times)
  else writer.floats(times, digits)
}
const readTimes = (reader: ByteReader, digits: ByteReader, count: number) =>
  reader.byte() === KIND.integers ? readIntegers(reader, count) : reader.floats(count, digits)
