import { floatOf, type Json, numberOf } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import { existenceOrder, exists } from './cells.ts'
import { fillPoint, paramsOf, valueAt } from './point.ts'
import type { Dimension, Space } from './space.ts'

/**
 * Parameters in a few bytes. Listed and discrete values are exact; a real number keeps its quantile to 2, 3 or 4
 * bytes, fewer the more real dimensions there are ({@link bytesPerReal}), since a model of many dimensions does not
 * resolve 1/65,536 of a range.
 */
export interface Compact {
  /** Bytes per point, the same for all. */
  readonly width: number
  /** Undefined for parameters that are not a point of the space. */
  readonly encode: (params: Params) => Uint8Array | undefined
  readonly decode: (bytes: Uint8Array) => Params
}

/** Bytes for all real dimensions together, but at least two for each. */
const REAL_BYTES = 36

export const bytesPerReal = (dimensions: number): number =>
  Math.max(2, Math.min(4, Math.floor(REAL_BYTES / Math.max(1, dimensions))))

interface Code {
  readonly width: number
  /** An integer in [0, 256^width), or undefined. */
  readonly codeOf: (value: Json) => number | undefined
  readonly valueOf: (code: number) => Json
}

export function compactOf(space: Space): Compact {
  const real = bytesPerReal(space.dimensions.filter(isReal).length)
  const codes = space.dimensions.map((dimension) => codeFor(dimension, real))
  const offsets: number[] = []
  let width = 0
  for (const code of codes) {
    offsets.push(width)
    width += code.width
  }
  const order = existenceOrder(space.dimensions)
  return {
    width,
    encode: (params) => {
      const bytes = new Uint8Array(width)
      const given = space.dimensions.map(({ path }) => valueAt(params, path))
      for (const d of order) {
        const value = given[d]
        if (exists(space.dimensions[d]!, (other) => given[other]) !== (value !== undefined)) return undefined
        if (value === undefined) continue
        const code = codes[d]!.codeOf(value)
        if (code === undefined) return undefined
        write(bytes, offsets[d]!, codes[d]!.width, code)
      }
      return bytes
    },
    decode: (bytes) =>
      paramsOf(
        space,
        fillPoint(space, (_, d) => codes[d]!.valueOf(read(bytes, offsets[d]!, codes[d]!.width))),
      ),
  }
}

const isReal = ({ size, step }: Dimension): boolean =>
  size > 1 && step === undefined && !Number.isFinite(size)

function codeFor(dimension: Dimension, real: number): Code {
  if (Number.isFinite(dimension.size)) return listed(dimension)
  return isReal(dimension) ? placed(dimension, real) : endless(dimension)
}

function listed({ size, at, indexOf }: Dimension): Code {
  let width = 0
  while (256 ** width < size) width++
  return { width, codeOf: indexOf, valueOf: at }
}

/** Finite ends of a distribution are exact; elsewhere a code decodes to the middle of its interval. */
function placed({ low, high, encode, decode }: Dimension, width: number): Code {
  const count = 256 ** width
  const ended = Number.isFinite(low) && Number.isFinite(high)
  return {
    width,
    codeOf: (value) => {
      const u = encode(value)
      if (u === undefined) return undefined
      return ended ? Math.round(u * (count - 1)) : Math.min(count - 1, Math.floor(u * count))
    },
    valueOf: (code) => decode(ended ? code / (count - 1) : (code + 0.5) / count),
  }
}

/** Unbounded discrete values: the multiple of the step, as a signed seven-byte integer. */
function endless({ kind, step = 1, encode }: Dimension): Code {
  const middle = 2 ** 52
  return {
    width: 7,
    codeOf: (value) => {
      const x = numberOf(value)
      if (x === undefined || encode(value) === undefined) return undefined
      const place = Math.round(x / step)
      return Math.abs(place) < middle ? place + middle : undefined
    },
    valueOf: (code) => {
      const x = (code - middle) * step + 0
      return kind === 'integer' ? x : floatOf(x)
    },
  }
}

function write(bytes: Uint8Array, offset: number, width: number, code: number): void {
  let rest = code
  for (let i = offset + width - 1; i >= offset; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

function read(bytes: Uint8Array, offset: number, width: number): number {
  let code = 0
  for (let i = offset; i < offset + width; i++) code = code * 256 + bytes[i]!
  return code
}
