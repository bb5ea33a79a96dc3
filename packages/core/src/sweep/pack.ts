/**
 * Ended trials as bytes, a block of consecutive numbers at a time, for a search that has thousands of them to read.
 *
 * Layout, numbers with the most significant byte first: version; count of trials (2 bytes); objectives beyond the first (1); bounds of constraints (1); then per trial
 * its fate and flags (1 byte); then all losses, rungs, further losses, violations and slacks that there are (8 bytes each, exact,
 * each kind in the order of the trials); then the points. Both are written byte by byte of all: equal high bytes stand
 * together, which deflate likes; then, as JSON, the parameters that are no point of the space.
 */
import { type Json, parseJson, stringifyJson } from '../schema/json.ts'
import type { Params } from '../schema/params.ts'
import type { Compact } from '../space/compact.ts'
import type { EndedTrial, Fate } from './ended-trial.ts'

/** Trials of a block, by number: 1 … 50, 51 … 100, … */
export const BLOCK = 50

/** Block of a number, from 0. */
export const blockOf = (number: number): number => Math.floor((number - 1) / BLOCK)
export const firstOf = (block: number): number => block * BLOCK + 1

/** Changes with the layout: what another version wrote is read from the trials again. */
export const PACK_VERSION = 2

const FATES: readonly Fate[] = ['observed', 'infeasible', 'abandoned', 'crashed', 'void']
const STOPPED = 8
const SEVERAL = 16
const BOUND = 32
const STRANGE = 64
const SLACKS = 128
/** Bytes before the flags. */
const HEAD = 5

/** All trials of a block, ascending, none missing. */
export function encodePack(trials: readonly EndedTrial[], compact: Compact): Uint8Array {
  const more = Math.max(0, ...trials.map(({ losses }) => (losses?.length ?? 1) - 1))
  const bounds = Math.max(0, ...trials.map(({ slacks }) => slacks?.length ?? 0))
  const points = trials.map(({ params }) => compact.encode(params))
  const strange = trials.flatMap(({ params }, i) => (points[i] ? [] : [params as Json]))
  const text = strange.length > 0 ? new TextEncoder().encode(stringifyJson(strange)) : new Uint8Array()
  const floats: number[] = [
    ...trials.flatMap(({ loss }) => (loss === undefined ? [] : [loss])),
    ...trials.flatMap(({ rung }) => (rung === undefined ? [] : [rung])),
    ...trials.flatMap(({ losses }) => (losses?.length === more + 1 ? losses.slice(1) : [])),
    ...trials.flatMap(({ violation }) => (violation === undefined ? [] : [violation])),
    ...trials.flatMap(({ slacks }) => (hasAll(slacks, bounds) ? slacks : [])),
  ]
  const known = points.filter((point) => point !== undefined)
  const bytes = new Uint8Array(
    HEAD + trials.length + 8 * floats.length + known.length * compact.width + text.length,
  )
  bytes[0] = PACK_VERSION
  bytes[1] = trials.length >> 8
  bytes[2] = trials.length & 255
  bytes[3] = more
  bytes[4] = bounds
  let at = HEAD
  for (const [i, { fate, loss, rung, losses, violation, slacks }] of trials.entries()) {
    if ((fate === 'observed') !== (loss !== undefined))
      throw new Error(`trial of fate ${fate} with loss ${loss}`)
    bytes[at++] =
      FATES.indexOf(fate) |
      (rung === undefined ? 0 : STOPPED) |
      (losses?.length === more + 1 ? SEVERAL : 0) |
      (violation === undefined ? 0 : BOUND) |
      (hasAll(slacks, bounds) ? SLACKS : 0) |
      (points[i] ? 0 : STRANGE)
  }
  const doubles = new DataView(new ArrayBuffer(8))
  for (const [i, value] of floats.entries()) {
    doubles.setFloat64(0, value)
    for (let k = 0; k < 8; k++) bytes[at + k * floats.length + i] = doubles.getUint8(k)
  }
  at += 8 * floats.length
  for (let i = 0; i < compact.width; i++) for (const point of known) bytes[at++] = point[i]!
  bytes.set(text, at)
  return bytes
}

const isObserved = (flag: number) => FATES[flag & 7] === 'observed'

const hasAll = (slacks: readonly number[] | undefined, bounds: number): slacks is readonly number[] =>
  bounds > 0 && slacks?.length === bounds

const floatsIn = (flag: number, more: number, bounds: number): number =>
  Number(isObserved(flag)) +
  (flag & STOPPED ? 1 : 0) +
  (flag & SEVERAL ? more : 0) +
  (flag & BOUND ? 1 : 0) +
  (flag & SLACKS ? bounds : 0)

/** Undefined for what another version wrote. `first` is the number of the first trial. */
export function decodePack(
  bytes: Uint8Array,
  first: number,
  compact: Compact,
): readonly EndedTrial[] | undefined {
  if (bytes[0] !== PACK_VERSION) return undefined
  const count = bytes[1]! * 256 + bytes[2]!
  const more = bytes[3]!
  const bounds = bytes[4]!
  const flags = bytes.subarray(HEAD, HEAD + count)
  const total = flags.reduce((sum, flag) => sum + floatsIn(flag, more, bounds), 0)
  const doubles = new DataView(new ArrayBuffer(8))
  let at = HEAD + count
  const next = () => {
    for (let k = 0; k < 8; k++) doubles.setUint8(k, bytes[at + k * total]!)
    at++
    return doubles.getFloat64(0)
  }
  const each = <T>(holds: (flag: number) => boolean, value: () => T): (T | undefined)[] =>
    Array.from(flags, (flag) => (holds(flag) ? value() : undefined))
  const losses = each(isObserved, next)
  const rungs = each((flag) => (flag & STOPPED) > 0, next)
  const others = each(
    (flag) => (flag & SEVERAL) > 0,
    () => Array.from({ length: more }, next),
  )
  const violations = each((flag) => (flag & BOUND) > 0, next)
  const slacks = each(
    (flag) => (flag & SLACKS) > 0,
    () => Array.from({ length: bounds }, next),
  )
  const known = flags.reduce((sum, flag) => sum + (flag & STRANGE ? 0 : 1), 0)
  const points = HEAD + count + 8 * total
  const text = bytes.subarray(points + known * compact.width)
  const strange =
    text.length > 0 ? (parseJson(new TextDecoder().decode(text), { exact: true }) as readonly Params[]) : []
  let place = 0
  let other = 0
  return Array.from(flags, (flag, i): EndedTrial => {
    const point = new Uint8Array(compact.width)
    const isStrange = (flag & STRANGE) > 0
    if (!isStrange) {
      for (let k = 0; k < compact.width; k++) point[k] = bytes[points + k * known + place]!
      place++
    }
    const params = isStrange ? strange[other++]! : compact.decode(point)
    const [loss, rung, violation] = [losses[i], rungs[i], violations[i]]
    return {
      number: first + i,
      fate: FATES[flag & 7]!,
      params,
      loss,
      rung,
      violation,
      slacks: slacks[i],
      losses: others[i] === undefined || loss === undefined ? undefined : [loss, ...others[i]],
    }
  })
}
