/**
 * Plain scalars of YAML. PyYAML, which most writers of sweep configs know, reads YAML 1.1; other parsers read 1.2. Where both agree
 * their reading is taken, elsewhere the one that the writer most likely meant, with a warning unless nobody would expect another.
 */
import { floatOf, type Json, numberOf } from '../json.ts'
import { integerOf, LongInteger } from '../long-integer.ts'

export interface PlainScalar {
  readonly value: Json
  /** How it is read, and how to write what else may be meant. */
  readonly warning?: string
}

const NULL = /^(?:~|null|Null|NULL|)$/
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/
/** Booleans of YAML 1.1 alone. PyYAML reads `y` and `n` as text, too. */
const WORD = /^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/
const TRUE = /^(?:true|yes|on)$/i
const SPECIAL = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const INTEGER = /^[-+]?[0-9]+$/
/** Also without a sign in the exponent, and with a sign before the dot, which PyYAML takes for text. */
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const RADIX = /^([-+]?)0([box])([0-9a-fA-F_]+)$/
const DIGITS: Readonly<Record<string, RegExp>> = { b: /^[01]+$/, o: /^[0-7]+$/, x: /^[0-9a-fA-F]+$/ }
const GROUPED =
  /^[-+]?(?:0[0-7_]+|[1-9][0-9_]*|[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?)$|^\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?$/
const SEXAGESIMAL = /^[-+]?(?:[1-9][0-9_]*(?::[0-5]?[0-9])+|[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$/

export function plainScalar(text: string): PlainScalar {
  if (NULL.test(text)) return { value: null }
  if (BOOLEAN.test(text)) return { value: TRUE.test(text) }
  if (WORD.test(text)) {
    const value = TRUE.test(text)
    return {
      value,
      warning: `is read as the boolean ${value}, as in YAML 1.1; write ${value}, or quotes for the text`,
    }
  }
  if (SPECIAL.test(text)) return { value: floatOf(special(text)) }
  return (/^[-+.0-9]/.test(text) ? number(text) : undefined) ?? { value: text }
}

const special = (text: string): number =>
  /nan/i.test(text) ? Number.NaN : text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY

function number(text: string): PlainScalar | undefined {
  const radix = RADIX.exec(text)
  if (radix !== null) return withRadix(text, radix[1]!, radix[2]!, radix[3]!.replaceAll('_', ''))
  if (text.includes(':')) return timeLike(text)
  if (INTEGER.test(text)) return decimal(text)
  if (FLOAT.test(text)) return float(text)
  if (!GROUPED.test(text)) return undefined
  // Digits in groups, 10_000: a number in YAML 1.1 and in most languages.
  const plain = text.replaceAll('_', '')
  const read = number(plain)
  if (read === undefined || typeof read.value === 'string') return undefined
  return { warning: `is read as the number ${plain}; write it without _, or quotes for the text`, ...read }
}

function withRadix(text: string, sign: string, base: string, digits: string): PlainScalar | undefined {
  if (!DIGITS[base]!.test(digits)) return undefined
  const size = Number(`0${base}${digits}`)
  const value = sign === '-' ? 0 - size : size
  // Unsigned hexadecimal numbers are the same in both.
  if (base === 'x' && sign === '' && !text.includes('_')) return { value }
  return { value, warning: `is read as the number ${value}; write ${value}, or quotes for the text` }
}

/** A leading zero means octal in YAML 1.1 and nothing in 1.2. */
function decimal(text: string): PlainScalar {
  const zeros = /^([-+]?)0+([0-9]+)$/.exec(text)
  if (zeros === null) return { value: integerOf(text) }
  const value = Number(text) + 0
  const digits = zeros[2]!
  if (/[89]/.test(digits))
    return { value, warning: `is read as the number ${value}; write ${value}, or quotes for the text` }
  const size = Number.parseInt(digits, 8)
  const octal = zeros[1] === '-' ? 0 - size : size
  if (octal === value) return { value }
  return {
    value: octal,
    warning: `is read as the octal number ${octal}, as in YAML 1.1; write ${octal} or ${value}, or quotes for the text`,
  }
}

/** Too large an exponent is none: a commit hash like 12e5678 stays text. */
function float(text: string): PlainScalar {
  const value = Number(text)
  if (Number.isFinite(value)) return { value: floatOf(value) }
  return { value: text, warning: 'is too large for a number and is read as text; write quotes around it' }
}

/** YAML 1.1 reads 1:30 as 90. What is written so is a time or a ratio. */
function timeLike(text: string): PlainScalar | undefined {
  if (!SEXAGESIMAL.test(text)) return undefined
  const [whole, fraction] = text.replaceAll('_', '').split('.')
  const seconds = whole!
    .replace(/^[-+]/, '')
    .split(':')
    .reduce((sum, part) => sum * 60 + Number(part), 0)
  const number = `${text.startsWith('-') ? '-' : ''}${seconds}${fraction ? `.${fraction}` : ''}`
  return {
    value: text,
    warning: `is read as text; YAML 1.1 reads ${number}; write ${number}, or quotes for the text`,
  }
}

/** The value of a scalar with a tag of YAML's core; undefined when the text is none of that type. */
export function taggedScalar(type: string, text: string): Json | undefined {
  if (type === 'str') return text
  if (type === 'null') return NULL.test(text) ? null : undefined
  const plain = plainScalar(text).value
  if (type === 'bool') return typeof plain === 'boolean' ? plain : undefined
  if (type === 'int' && plain instanceof LongInteger) return plain
  const value = numberOf(plain)
  if (value === undefined) return undefined
  // A leading zero is nothing in a float.
  const digits = text.replaceAll('_', '')
  if (type === 'float') return floatOf(INTEGER.test(digits) ? Number(digits) : value)
  return type === 'int' && Number.isInteger(value) ? value : undefined
}
