import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type Json, parseJson } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'
import { checkShape, MAX_VALUES, replaceLoneSurrogates, tooManyValues } from './check-shape.ts'
import { valueCount } from './value-count.ts'

export interface BodyLimits {
  /** Bytes as sent. */
  readonly maxBodyBytes: number
  /** Bytes after decompression. */
  readonly maxDecodedBytes: number
}

const gunzipAsync = promisify(gunzip)
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The body as text: decompressed, within the limits, and UTF-8. An absent body is ''. */
export async function readText(request: Request, limits: BodyLimits): Promise<string> {
  if (request.headers.get('content-type')?.toLowerCase().startsWith('multipart/'))
    throw new Problem(
      'invalid',
      'unsupported-media-type',
      'multipart forms are not supported; send the JSON or YAML text as the body',
    )
  const raw = await readBytes(request, limits.maxBodyBytes)
  const bytes = raw.length === 0 ? raw : await decode(raw, request.headers.get('content-encoding'), limits)
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new Problem('invalid', 'malformed-text', 'the body is not UTF-8 text', { cause })
  }
}

/** The body as JSON; bare NaN and Infinity are accepted, as Python writes them. An absent body is `{}`. */
export async function readJson(request: Request, limits: BodyLimits): Promise<Json> {
  const text = await readText(request, limits)
  if (text.trim() === '') return {}
  // Before parsing: 32 MB of `{},{},…` would take more memory than a function has.
  if (valueCount(text, 2 * MAX_VALUES) > 2 * MAX_VALUES) throw tooManyValues(MAX_VALUES)
  const json = parseJson(text)
  checkShape(json)
  // UTF-8 has no lone surrogates, so they can only come from escapes.
  return /\\u[dD]/.test(text) ? replaceLoneSurrogates(json) : json
}

async function readBytes(request: Request, max: number): Promise<Uint8Array> {
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

async function decode(bytes: Uint8Array, encoding: string | null, limits: BodyLimits): Promise<Uint8Array> {
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return bytes
  if (name !== 'gzip' && name !== 'x-gzip')
    throw new Problem(
      'invalid',
      'unsupported-encoding',
      'the only supported Content-Encoding is gzip; send the body with it or uncompressed',
    )
  try {
    return await gunzipAsync(bytes, { maxOutputLength: limits.maxDecodedBytes })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(limits.maxDecodedBytes)
    throw new Problem(
      'invalid',
      'malformed-gzip',
      'the body has Content-Encoding: gzip but is not valid gzip',
      {
        cause,
      },
    )
  }
}

const tooLarge = (max: number) =>
  new Problem(
    'too-large',
    'body-too-large',
    `the body is larger than ${max} bytes; split it into several requests`,
  )
