import { Float } from '@chimney/core/schema/json'
import { LongInteger } from '@chimney/core/schema/long-integer'

/** Python's `str()`, which W&B's agent uses for arguments: `True`, `0.1`, `{'a': 1}`. */
export const pythonText = (value: unknown): string => (typeof value === 'string' ? value : pythonRepr(value))

export const pythonRepr = (value: unknown): string => {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value instanceof Float) return pythonFloat(value.value)
  if (value instanceof LongInteger) return String(value.value)
  if (typeof value === 'number')
    return Number.isInteger(value) ? BigInt(value).toString() : pythonFloat(value)
  if (typeof value === 'string') return pythonString(value)
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  const members = Object.entries(value as object).map(
    ([name, of]) => `${pythonString(name)}: ${pythonRepr(of)}`,
  )
  return `{${members.join(', ')}}`
}

/** `repr(float)`: shortest digits with a decimal point, or an exponent of at least two digits below 1e-4 and from 1e16. */
export const pythonFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+'
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const plain = String(value) // JavaScript uses exponents only outside of this range
  return plain.includes('.') ? plain : `${plain}.0`
}

/** `repr(str)`: single quotes, unless the text contains only those; control characters are escaped. */
const pythonString = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replaceAll(/[\\'"\p{Cc}\u2028\u2029]/gu, (char) => {
    if (char === '\\') return '\\\\'
    if (char === "'" || char === '"') return char === quote ? `\\${char}` : char
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char]
    const code = char.codePointAt(0) ?? 0
    return (
      named ??
      (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
    )
  })
  return quote + body + quote
}
