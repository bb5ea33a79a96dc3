/**
 * Rows of a chunk as bytes, by columns, and back without loss. Layout, after one byte for the packing:
 *
 *   rows · indices (first, then differences) · columns · times
 *   column: name · kind · which rows have it · values
 *
 * The times come last because they do not belong to the content: a resend logs the same values at another time.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { Float, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import { ByteReader, ByteWriter } from './bytes.ts'
import type { Row } from './chunk.ts'

/** First byte of every payload; another layout would get other numbers. */
const RAW = 0
const DEFLATED = 1

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

/** Differences of such integers have magnitudes below 2^52, which is what `signed` takes. */
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
  const writer = new ByteWriter()
  writer.integer(rows.length)
  let before = 0
  for (const { index } of rows) {
    if (index < before) throw new RangeError(`rows must ascend by index, but ${index} comes after ${before}`)
    writer.integer(index - before)
    before = index
  }
  const columns = columnsOf(rows)
  writer.integer(columns.size)
  for (const [name, column] of columns) writeColumn(writer, name, column, rows.length)
  const content = writer.bytes.slice()
  writeTimes(writer, rows)
  const deflated = deflateRawSync(writer.bytes)
  const payload = new ByteWriter()
  const wins = deflated.length < writer.bytes.length
  payload.byte(wins ? DEFLATED : RAW)
  payload.raw(wins ? deflated : writer.bytes)
  return { payload: payload.bytes, content }
}

export function decodeRows(payload: Uint8Array): readonly Row[] {
  const packing = payload[0]
  if (packing !== RAW && packing !== DEFLATED) throw new RangeError(`unknown packing of a chunk: ${packing}`)
  const bytes = payload.subarray(1)
  const reader = new ByteReader(packing === DEFLATED ? inflateRawSync(bytes) : bytes)
  let before = 0
  const indices = Array.from({ length: reader.integer() }, () => {
    before += reader.integer()
    return before
  })
  const entries: [string, Json][][] = indices.map(() => [])
  for (let left = reader.integer(); left > 0; left--) readColumn(reader, entries)
  const times = readTimes(reader, indices.length)
  // fromEntries defines members, so that no name of a metric reaches the prototype.
  return indices.map((index, i) => ({ index, at: times[i]!, values: Object.fromEntries(entries[i]!) }))
}

interface Column {
  /** Positions of the rows that have it, ascending. */
  readonly rows: number[]
  readonly values: Json[]
}

// One pass over the values: thousands of rows may have thousands of names between them, each in one row.
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

function writeColumn(writer: ByteWriter, name: string, { rows, values }: Column, total: number): void {
  const kind = kindOf(values)
  writer.text(name)
  writer.byte(kind)
  writer.integer(values.length)
  if (values.length < total) writeIntegers(writer, rows)
  if (kind === KIND.json) writer.text(stringifyJson(values))
  else if (kind === KIND.integers) writeIntegers(writer, values as number[])
  else writer.floats((values as (number | Float)[]).map(plain))
}

function readColumn(reader: ByteReader, entries: readonly [string, Json][][]): void {
  const name = reader.text()
  const kind = reader.byte()
  const count = reader.integer()
  const rows = count < entries.length ? readIntegers(reader, count) : entries.keys()
  const values = readValues(reader, kind, count)
  let i = 0
  for (const row of rows) entries[row]!.push([name, values[i++]!])
}

function readValues(reader: ByteReader, kind: number, count: number): readonly Json[] {
  switch (kind) {
    case KIND.json:
      return parseJson(reader.text()) as readonly Json[]
    case KIND.integers:
      return readIntegers(reader, count)
    case KIND.numbers:
      return reader.floats(count)
    case KIND.floats:
      return reader.floats(count).map((value) => (isWhole(value) ? new Float(value) : value))
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

// Clients that count seconds in floats send fractions of milliseconds.
function writeTimes(writer: ByteWriter, rows: readonly Row[]): void {
  const times = rows.map((row) => row.at)
  const whole = times.every(isShort)
  writer.byte(whole ? KIND.integers : KIND.numbers)
  if (whole) writeIntegers(writer, times)
  else writer.floats(times)
}
const readTimes = (reader: ByteReader, count: number) =>
  reader.byte() === KIND.integers ? readIntegers(reader, count) : reader.floats(count)
