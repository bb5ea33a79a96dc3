/** Fields in which the service writes integers with all digits. Elsewhere numbers are measured. */
const EXACT = /"(?:params|config)"\s*:\s*\{/
/** A cheap test for whole texts: the digits after a decimal point are not an integer. */
const LONG = /[:,[\s]-?\d{16,}[,\]}\s]/
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g

/**
 * `JSON.parse`, but integers beyond 2^53 in parameters and configs become text, so that a page shows all their digits: JavaScript would
 * round them.
 */
export function readJson(text: string): unknown {
  return JSON.parse(LONG.test(text) && EXACT.test(text) ? quoteLongIntegers(text) : text)
}

function quoteLongIntegers(text: string): string {
  let depth = 0
  /** Depth of the object of an exact field that is being read; 0 outside. */
  let exact = 0
  let key = ''
  return text.replace(TOKEN, (token, colon: string | undefined) => {
    if (token === '{' || token === '[') {
      depth++
      if (exact === 0 && token === '{' && (key === '"params"' || key === '"config"')) exact = depth
      key = ''
    } else if (token === '}' || token === ']') {
      if (depth === exact) exact = 0
      depth--
      key = ''
    } else if (token.startsWith('"')) key = colon === undefined ? '' : token.slice(0, -colon.length)
    else if (exact > 0 && /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))) return `"${token}"`
    return token
  })
}
