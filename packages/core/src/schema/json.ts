/**
 * JSON as training programs write it: Python's bare `NaN`, `Infinity` and `-Infinity` are read, and a number of floating
 * type stays apart from an integer (`1.0` is not `1`: nested sweep ranges and training code depend on the difference).
 */
import { integerOf, LongInteger } from './long-integer.ts'
import { Problem } from './problem.ts'

/** A number of floating type whose value is integral or not finite, so that `1.0` and `NaN` survive JSON. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
  /** Plain `JSON.stringify` sees a number where JSON has one, and W&B's words where it has none. */
  toJSON(): number | string {
    return Number.isFinite(this.value) ? this.value : String(this.value)
  }
}

/**
 * A plain number is an integer, or a finite number with a fraction. Integers beyond ±2^53 are {@link LongInteger}s where the reader
 * was asked for exact ones (parameters and configs), else plain numbers that have lost their last digits.
 */
export type Json =
  | null
  | boolean
  | number
  | string
  | Float
  | LongInteger
  | readonly Json[]
  | { readonly [key: string]: Json }

/** Deeper values are refused: nothing sensible is nested so far, and recursion over a value must be safe. */
export const MAX_JSON_DEPTH = 100

/** A number of floating type: plain when it has a fraction, else a {@link Float}. */
export const floatOf = (value: number): number | Float =>
  Number.isInteger(value) || !Number.isFinite(value) ? new Float(value) : value

export const isObject = (value: unknown): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isBoxed(value)

const isBoxed = (value: unknown): value is Float | LongInteger =>
  value instanceof Float || value instanceof LongInteger

/** The number that a value is, of either type; undefined for everything else, booleans included. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : isBoxed(value) ? Number(value.value) : undefined

/**
 * Whether JSON.parse might read the text differently from the careful reader below. May say yes too often (also for what
 * stands within strings), which only costs time. Each pattern starts with a rare character and only then looks
 * back: this runs over every metrics call.
 */
function needsCare(text: string): boolean {
  return (
    // Fractions of zeros (1.0), or so close to an integer that they may be rounded to it (0.99999999999999999).
    /\.(?:0+(?!\d)|9{5}|0{300}|0{5}(?<!(?<!\d)0\.0{5})|(?<=\d{11}\.))/.test(text) ||
    // Exponents that are positive, zero or long, that follow a zero (10e-1), or a long integer.
    /[eE](?<=\d.)(?:\+?\d|-(?:0+(?!\d)|\d{3}|(?<=0..)|(?<=(?<![\d.])\d{11,}..)))/.test(text) ||
    text.includes('NaN') ||
    text.includes('Infinity') ||
    // The prototype's key, which may be spelled with escapes.
    text.includes('__proto__') ||
    text.includes('\\u00')
  )
}

/**
 * Reads JSON text. Bare NaN, Infinity and -Infinity become {@link Float}s. The last of equal keys wins, as in JSON.parse.
 * Throws `Problem('invalid', 'malformed-json')` that names line and column; also for the key `__proto__`, which no
 * training program needs, and for values nested deeper than {@link MAX_JSON_DEPTH}. With `exact`, integers beyond ±2^53 keep their
 * digits.
 */
export function parseJson(text: string, { exact = false }: { readonly exact?: boolean } = {}): Json {
  if (!needsCare(text)) {
    let value: Json | undefined
    try {
      value = JSON.parse(text) as Json
    } catch {
      // The careful reader finds the position.
    }
    if (value !== undefined && isPlain(value, MAX_JSON_DEPTH, exact)) return value
  }
  return new Reader(text, exact).read()
}

/** Not too deep, and without an integer of so many digits that it became infinite or, if it must be exact, another one. */
function isPlain(value: Json, depth: number, exact: boolean): boolean {
  if (typeof value === 'number')
    return exact && Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item, depth - 1, exact)) return false
    return true
  }
  for (const key in value)
    if (!isPlain((value as { [key: string]: Json })[key]!, depth - 1, exact)) return false
  return true
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const BLANK = /[ \t\n\r]*/y
const WORDS: readonly (readonly [string, () => Json])[] = [
  ['true', () => true],
  ['false', () => false],
  ['null', () => null],
  ['NaN', () => new Float(Number.NaN)],
  ['Infinity', () => new Float(Number.POSITIVE_INFINITY)],
  ['-Infinity', () => new Float(Number.NEGATIVE_INFINITY)],
]

class Reader {
  readonly #text: string
  readonly #exact: boolean
  #at = 0

  constructor(text: string, exact: boolean) {
    this.#text = text
    this.#exact = exact
  }

  read(): Json {
    const value = this.#value(0)
    if (this.#peek() !== undefined) this.#fail('nothing more')
    return value
  }

  #value(depth: number): Json {
    const next = this.#peek()
    if (next === '{' || next === '[') {
      if (depth === MAX_JSON_DEPTH) this.#refuse(`values may be nested ${MAX_JSON_DEPTH} deep at most`)
      return next === '{' ? this.#object(depth + 1) : this.#array(depth + 1)
    }
    if (next === '"') return this.#string()
    for (const [word, make] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return make()
      }
    }
    return this.#number()
  }

  #object(depth: number): Json {
    const object: { [key: string]: Json } = {}
    this.#at++
    if (this.#peek() === '}') {
      this.#at++
      return object
    }
    for (;;) {
      if (this.#peek() !== '"') this.#fail('a key in double quotes')
      const start = this.#at
      const key = this.#string()
      if (key === '__proto__') {
        this.#at = start
        this.#refuse('the key __proto__ is not allowed; rename it')
      }
      if (this.#peek() !== ':') this.#fail('":"')
      this.#at++
      object[key] = this.#value(depth)
      const end = this.#peek()
      if (end !== ',' && end !== '}') this.#fail('"," or "}"')
      this.#at++
      if (end === '}') return object
    }
  }

  #array(depth: number): Json {
    const array: Json[] = []
    this.#at++
    if (this.#peek() === ']') {
      this.#at++
      return array
    }
    for (;;) {
      array.push(this.#value(depth))
      const end = this.#peek()
      if (end !== ',' && end !== ']') this.#fail('"," or "]"')
      this.#at++
      if (end === ']') return array
    }
  }

  #string(): string {
    const start = this.#at
    // Long runs are walked by hand: a regular expression with an alternation per character would exhaust its stack.
    for (let at = start + 1; ; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === 0x22) {
        const token = this.#text.slice(start, at + 1)
        try {
          const value = JSON.parse(token) as string
          this.#at = at + 1
          return value
        } catch {
          this.#refuse('the string holds a control character or a wrong escape')
        }
      }
      if (Number.isNaN(code)) this.#refuse('the string has no end')
      if (code === 0x5c) at++
    }
  }

  #number(): Json {
    NUMBER.lastIndex = this.#at
    const match = NUMBER.exec(this.#text)
    if (match === null) this.#fail('a value')
    this.#at += match[0].length
    const value = Number(match[0])
    const integer = match[1] === undefined && match[2] === undefined
    // An integer too large for a double is infinite; nothing that was written means infinity, but Float can carry it.
    if (!integer || !Number.isFinite(value)) return floatOf(value)
    return this.#exact && !Number.isSafeInteger(value) ? integerOf(match[0]) : value
  }

  /** The next character that is not blank, which stays unread; undefined at the end. */
  #peek(): string | undefined {
    BLANK.lastIndex = this.#at
    BLANK.exec(this.#text)
    this.#at = BLANK.lastIndex
    return this.#text[this.#at]
  }

  #fail(expected: string): never {
    const found = this.#text[this.#at]
    this.#refuse(`expected ${expected} but found ${found === undefined ? 'the end' : JSON.stringify(found)}`)
  }

  #refuse(what: string): never {
    let line = 1
    let start = 0
    for (
      let end = this.#text.indexOf('\n');
      end >= 0 && end < this.#at;
      end = this.#text.indexOf('\n', start)
    ) {
      line++
      start = end + 1
    }
    const where = `line ${line}, column ${this.#at - start + 1}`
    const message = `malformed JSON at ${where}: ${what}`
    throw new Problem('invalid', 'malformed-json', message, { issues: [{ path: '', message }] })
  }
}

export interface StringifyOptions {
  /** NaN and the infinities: as Python's bare words (default; only {@link parseJson} and Python read them) or as strings. */
  readonly nonFinite?: 'token' | 'string'
}

/**
 * Writes a value so that {@link parseJson} reads the same value back: `Float(1)` as `1.0`, integers in full digits.
 * Members that are undefined are left out. With `nonFinite: 'string'` the text is standard JSON.
 */
export function stringifyJson(value: Json, options: StringifyOptions = {}): string {
  const quote = options.nonFinite === 'string' ? '"' : ''
  const write = (json: Json | undefined): string => {
    if (typeof json === 'string') return JSON.stringify(json)
    if (typeof json === 'number') return numberText(json, false, quote)
    if (json === null || json === undefined) return 'null'
    if (typeof json === 'boolean') return json ? 'true' : 'false'
    if (json instanceof Float) return numberText(json.value, true, quote)
    if (json instanceof LongInteger) return String(json.value)
    if (Array.isArray(json)) return `[${json.map(write).join(',')}]`
    const members: string[] = []
    for (const [key, member] of Object.entries(json as { [key: string]: Json | undefined })) {
      if (member !== undefined) members.push(`${JSON.stringify(key)}:${write(member)}`)
    }
    return `{${members.join(',')}}`
  }
  return write(value)
}

function numberText(value: number, float: boolean, quote: string): string {
  if (!Number.isFinite(value)) return `${quote}${value}${quote}`
  if (!Number.isInteger(value)) return String(value)
  // Large integers without an exponent, which would make them floats to a reader.
  if (!float) return Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString()
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('e') ? text : `${text}.0`
}

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/** The value for an ordinary JavaScript reader or `JSON.stringify`: floats are numbers, NaN and infinities are strings. */
export function plainOf(value: Json): Plain {
  if (isBoxed(value)) return value.toJSON()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plainOf)
  return Object.fromEntries(
    Object.entries(value as { [key: string]: Json }).map(([key, json]) => [key, plainOf(json)]),
  )
}
