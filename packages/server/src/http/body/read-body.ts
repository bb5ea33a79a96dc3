import { createGunzip } from 'node:zlib'
import { type Json, parseJson } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'
import { incompleteBody } from '../../incomplete-body.ts'
import { checkShape, MAX_VALUES, replaceLoneSurrogates } from './check-shape.ts'
import { JsonScanner, MAX_MEMBERS, type ScanLimits } from './json-scanner.ts'

export interface BodyLimits {
  /** Bytes as sent. */
  readonly maxBodyBytes: number
  /** Bytes after decompression. */
  readonly maxDecodedBytes: number
}

/** Of one piece of a decompressed body. */
const PIECE_BYTES = 65_536
/** A body may be packed this many times, beyond {@link ALWAYS_BYTES}: JSON is packed ten times, and a bomb a thousand times. */
const MAX_RATIO = 100
const ALWAYS_BYTES = 8_388_608

/** For the REST API. No list of its bodies may be longer. */
export const JSON_SCAN: ScanLimits = { marks: 2 * MAX_VALUES, values: MAX_VALUES, items: MAX_MEMBERS }
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The body as text: decompressed, within the limits, and UTF-8. An absent body is ''. `scan`: the text is JSON. */
export async function readText(request: Request, limits: BodyLimits, scan?: ScanLimits): Promise<string> {
  if (request.headers.get('content-type')?.toLowerCase().startsWith('multipart/'))
    throw new Problem(
      'invalid',
      'unsupported-media-type',
      'multipart forms are not supported; send the JSON or YAML text as the body',
    )
  const raw = await readBytes(request, limits.maxBodyBytes)
  const scanner = scan && new JsonScanner(scan)
  const bytes = await decode(raw, request.headers.get('content-encoding'), limits, scanner)
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new Problem('invalid', 'malformed-text', 'the body is not UTF-8 text', { cause })
  }
}

/** The body as JSON; bare NaN and Infinity are accepted, as Python writes them. An absent body is `{}`. */
export async function readJson(request: Request, limits: BodyLimits, scan = JSON_SCAN): Promise<Json> {
  const text = await readText(request, limits, scan)
  if (text.trim() === '') return {}
  const json = parseJson(text, { exact: true })
  checkShape(json)
  // UTF-8 has no lone surrogates, so they can only come from escapes.
  return /\\u[dD]/.test(text) ? replaceLoneSurrogates(json) : json
}

async function readBytes(request: Request, max: number): Promise<Uint8Array> {
  try {
    return await receive(request, max)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw incompleteBody(cause)
  }
}

async function receive(request: Request, max: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN)
  if (declared > max) throw tooLarge(max)
  // The HTTP server reads no more than the declared length.
  if (declared >= 0) {
    const bytes = new Uint8Array(await request.arrayBuffer())
    if (bytes.length > max) throw tooLarge(max)
    return bytes
  }
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > max) {
      await reader.cancel()
      throw tooLarge(max)
    }
    parts.push(value)
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

async function decode(
  bytes: Uint8Array,
  encoding: string | null,
  limits: BodyLimits,
  scanner: JsonScanner | undefined,
): Promise<Uint8Array> {
  const name = encoding?.trim().toLowerCase() ?? ''
  if (bytes.length === 0 || name === '' || name === 'identity') {
    for (let at = 0; scanner && at < bytes.length; at += PIECE_BYTES)
      scanner.add(latin1(bytes.subarray(at, at + PIECE_BYTES)))
    return bytes
  }
  if (name !== 'gzip' && name !== 'x-gzip')
    throw new Problem(
      'invalid',
      'unsupported-encoding',
      'the only supported Content-Encoding is gzip; send the body with it or uncompressed',
    )
  try {
    const max = Math.min(limits.maxDecodedBytes, Math.max(ALWAYS_BYTES, MAX_RATIO * bytes.length))
    return await unpack(bytes, max, scanner)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem(
      'invalid',
      'malformed-gzip',
      'the body has Content-Encoding: gzip but is not valid gzip',
      { cause },
    )
  }
}

/** Piece by piece: 90 KB can hold 90 MB, and a refusal must not wait for the last of them. */
async function unpack(bytes: Uint8Array, max: number, scanner: JsonScanner | undefined): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  let size = 0
  const unzip = createGunzip({ chunkSize: PIECE_BYTES })
  unzip.end(bytes)
  for await (const piece of unzip as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > max) throw tooLarge(max)
    scanner?.add(latin1(piece))
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** One character per byte; the signs of JSON are ASCII, and no part of another character of UTF-8 looks like one. */
const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

const tooLarge = (max: number) =>
  new Problem(
    'too-large',
    'body-too-large',
    `the body is larger than ${max} bytes; split it into several requests`,
  )
