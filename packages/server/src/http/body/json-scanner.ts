import { MAX_JSON_DEPTH } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'

export interface ScanLimits {
  /** Of commas and opening brackets, which are at most twice as many as values. */
  readonly marks: number
  /** The number of values in the error. */
  readonly values: number
  /** Of a list that is a member of the body itself; unlimited when absent. */
  readonly items?: number
  /** Of an object; {@link MAX_MEMBERS} when absent. */
  readonly members?: number
}

/** Members of one object: names cost a hundred times as much as items of a list, because an object keeps an index of them. */
export const MAX_MEMBERS = 10_000

const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/**
 * Refuses JSON text that would take too long or too much memory, before it is parsed: too many values, too deep, or an object with
 * too many members. Reads the text in pieces, so that a compressed body need not be unpacked to its end. What is not JSON passes;
 * the parser refuses it.
 */
export class JsonScanner {
  readonly #limits: ScanLimits
  #marks = 0
  #inString = false
  /** Whether an odd number of backslashes ended the last piece within a string. */
  #escaped = false
  /** How many members each open object or list may still get. */
  readonly #open: number[] = []

  constructor(limits: ScanLimits) {
    this.#limits = limits
  }

  add(text: string): void {
    const { items = Number.POSITIVE_INFINITY, members = MAX_MEMBERS } = this.#limits
    for (let at = this.#inString ? this.#endOfString(text, 0) : 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) at = this.#endOfString(text, at + 1) - 1
      else if (code === COMMA) this.#next()
      else if (code === OPEN_ARRAY) this.#enter(this.#open.length === 1 ? items : Number.POSITIVE_INFINITY)
      else if (code === OPEN_OBJECT) this.#enter(members)
      else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) this.#open.pop()
    }
  }

  /** So far. */
  get marks(): number {
    return this.#marks
  }

  #mark(): void {
    if (++this.#marks > this.#limits.marks) throw tooManyValues(this.#limits.values)
  }

  #next(): void {
    this.#mark()
    const last = this.#open.length - 1
    if (last < 0 || --this.#open[last]! > 0) return
    throw new Problem(
      'too-large',
      'too-many-members',
      `the body has an object or a list with more than ${MAX_MEMBERS} members; split it`,
    )
  }

  #enter(members: number): void {
    this.#mark()
    if (this.#open.push(members) > MAX_JSON_DEPTH)
      throw new Problem(
        'invalid',
        'malformed-json',
        `malformed JSON: values may be nested ${MAX_JSON_DEPTH} deep at most`,
      )
  }

  /** Index after the closing quote, or the end of the piece. */
  #endOfString(text: string, from: number): number {
    const continued = from === 0 && this.#inString && this.#escaped
    for (let end = text.indexOf('"', from); ; end = text.indexOf('"', end + 1)) {
      const to = end < 0 ? text.length : end
      let first = to
      while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--
      const escaped = (to - first + Number(first === 0 && continued)) % 2 === 1
      if (end >= 0 && escaped) continue
      this.#inString = end < 0
      this.#escaped = end < 0 && escaped
      return end < 0 ? text.length : end + 1
    }
  }
}

export const tooManyValues = (max: number): Problem =>
  new Problem('too-large', 'too-many-values', `the body has more than ${max} values; split it`)
