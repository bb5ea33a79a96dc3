const DECIMAL = /^([-+]?)(?:(\d+)(\.\d*)?|(\.\d+))(?:[eE]([-+]?)(\d+))?$/

/**
 * How to write the number that a text looks like so that every YAML and JSON reader takes it as one (PyYAML needs a dot and a sign
 * in `1.0e-5`). Undefined for other texts, also for those with leading zeros, which are codes, and for numbers beyond a double.
 */
export function numberText(text: string): string | undefined {
  const match = DECIMAL.exec(text.trim())
  if (match === null || !Number.isFinite(Number(text))) return undefined
  const [, sign, whole = '0', fraction = match[4], , expSign, exponent] = match
  if (/^0\d/.test(whole)) return undefined
  const minus = sign === '-' ? '-' : ''
  const digits = fraction === undefined || fraction === '.' ? '' : fraction
  if (exponent === undefined) return `${minus}${whole}${fraction === '.' ? '.0' : digits}`
  return `${minus}${whole}${digits === '' ? '.0' : digits}e${expSign === '-' ? '-' : '+'}${exponent}`
}
