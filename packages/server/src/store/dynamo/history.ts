import { createHash } from 'node:crypto'
import { Problem } from '@chimney/core/schema/problem'
import type { Chunk, Row, Series } from '../codec/chunk.ts'
import { decodeRows, type EncodedRows, encodeRows } from '../codec/chunk-codec.ts'
import type { HistoryStore } from '../history.ts'
import { type Attributes, bytesOf, numberOf, textOf } from './attributes.ts'
import type { DynamoIo } from './io.ts'
import { chunkKey, chunkRange, parseChunkSk } from './item-keys.ts'

/** DynamoDB's limit is 400 KB per item; the rest is for the key. */
const MAX_BYTES = 350 * 1024
/** Largest index span of a chunk; a reader starts this far before a range. */
const MAX_SPAN = 65_536
/** Of media: a page reads them by small ranges, and their chunks are few. */
const MAX_MEDIA_SPAN = 256

const spanOf = (series: Series): number => (series === 'media' ? MAX_MEDIA_SPAN : MAX_SPAN)
const MAX_INDEX = Number.MAX_SAFE_INTEGER

export const dynamoHistory = (io: DynamoIo): HistoryStore => ({
  async putChunk(key, series, { attempt, receivedAt, rows }) {
    for (const { rows: part, encoded } of split(rows, spanOf(series))) {
      const digest = createHash('sha256').update(encoded.content).digest('base64url').slice(0, 12)
      const address = chunkKey(key, series, { first: part[0]!.index, attempt, digest })
      await io.put('putChunk', address, {
        rows: encoded.payload,
        last: part.at(-1)!.index,
        received: receivedAt,
      })
    }
  },

  async listChunks(key, series, { from = 0, to = MAX_INDEX, eventual = false } = {}) {
    if (from > to || to < 0) return []
    const range = chunkRange(key, series, Math.max(0, from - spanOf(series) + 1), Math.min(to, MAX_INDEX))
    const items = await io.query('listChunks', range, { eventual })
    return items.filter((item) => numberOf(item, 'last') >= from).map(readChunk)
  },

  async listLastChunks(key, series, count) {
    const range = chunkRange(key, series, 0, MAX_INDEX)
    const options = { eventual: true, lastFirst: true, limit: count }
    return (await io.query('listLastChunks', range, options)).map(readChunk).reverse()
  },
})

const readChunk = (item: Attributes): Chunk => ({
  attempt: parseChunkSk(textOf(item, 'sk')).attempt,
  receivedAt: numberOf(item, 'received'),
  rows: decodeRows(bytesOf(item, 'rows')),
})

interface Part {
  readonly rows: readonly Row[]
  readonly encoded: EncodedRows
}

/**
 * Splits a chunk into parts of one item each. The boundaries depend only on the rows, so a resend overwrites the same items.
 * (Different times can rarely move a boundary; then rows are stored twice, and readers merge them.)
 */
function* split(rows: readonly Row[], span: number): Generator<Part> {
  let begin = 0
  for (let end = 1; end <= rows.length; end++) {
    if (end < rows.length && rows[end]!.index - rows[begin]!.index < span) continue
    yield* halve(rows.slice(begin, end))
    begin = end
  }
}

function* halve(rows: readonly Row[]): Generator<Part> {
  const encoded = encodeRows(rows)
  if (encoded.payload.length <= MAX_BYTES) yield { rows, encoded }
  else if (rows.length === 1) throw tooLarge(rows[0]!, encoded.payload.length)
  else {
    const middle = Math.ceil(rows.length / 2)
    yield* halve(rows.slice(0, middle))
    yield* halve(rows.slice(middle))
  }
}

const tooLarge = ({ index }: Row, bytes: number) =>
  new Problem(
    'too-large',
    'row-too-large',
    `the values at index ${index} need ${bytes} bytes, but one row may have ${MAX_BYTES}; log large objects as files`,
  )
