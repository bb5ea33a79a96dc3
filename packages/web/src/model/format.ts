const MINUS = '−'
const DIGITS = 4

/** About four significant digits: 0.9431, 1.2e−7. Integers have all their digits. See {@link exactText} for all digits of others. */
export function formatNumber(value: number, digits = DIGITS): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : `${MINUS}∞`
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (Number.isSafeInteger(value) && digits === DIGITS) return text(String(value))
  if (Number.isInteger(value) && size < 1e6) return text(String(value))
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa = '', exponent = ''] = value.toExponential(Math.max(0, digits - 2)).split('e')
    return text(`${trimZeros(mantissa)}e${Number(exponent)}`)
  }
  return text(trimZeros(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size + 1))))))
}

const text = (plain: string) => plain.replaceAll('-', MINUS)
const trimZeros = (plain: string) => (plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain)

/** Signed, with two decimals: +0.24, −0.08. */
export const formatSigned = (value: number): string =>
  text(`${value >= 0.005 ? '+' : ''}${(Math.abs(value) < 0.005 ? 0 : value).toFixed(2)}`)

export const formatCount = (value: number): string => value.toLocaleString('en')

/** Any JSON value. */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return value === null ? 'null' : ''
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}

/** All digits, to copy and to find: undefined where {@link formatValue} shows everything. */
export function exactText(value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  const exact = String(value)
  return text(exact) === formatNumber(value) ? undefined : exact
}

/** `512 B`, `3.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const at = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  return `${formatNumber(bytes / 1000 ** at, 3)} ${units[at]}`
}

/** `$1.20`, `$0.013`, `< $0.001`. */
export const formatDollars = (dollars: number): string =>
  dollars < 0.001 ? '< $0.001' : `$${dollars >= 1 ? dollars.toFixed(2) : dollars.toPrecision(2)}`

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

/** The two largest units: `2 h 5 min`, `43 s`, `< 1 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 1) return '< 1 s'
  const at = UNITS.findIndex(([, length]) => seconds >= length)
  const [unit, length] = UNITS[at]!
  const whole = Math.floor(seconds / length)
  const [nextUnit, nextLength] = UNITS[at + 1] ?? ['', 0]
  const rest = nextLength === 0 ? 0 : Math.floor((seconds % length) / nextLength)
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${nextUnit}`
}

/** An estimate, in one unit if that is exact enough: `2 h 5 min`, `12 h`, `55 min`, `43 s`. */
export function formatRoughly(ms: number): string {
  const parts = formatDuration(ms).split(' ')
  const exact = (parts[1] === 'h' || parts[1] === 'd') && Number(parts[0]) < 10
  return parts.slice(0, exact || parts[0] === '<' ? parts.length : 2).join(' ')
}

/** `just now`, `3 min ago`. */
export function formatAgo(at: string, now: number): string {
  const ms = now - Date.parse(at)
  if (ms < 5_000) return 'just now'
  return `${formatDuration(ms).split(' ').slice(0, 2).join(' ')} ago`
}

/** Local time zone and locale, to the second. */
export const formatTime = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
