import { isObject, parseJson } from '@chimney/core/schema/json'

export const METRIC_PREFIX = '::metric '

/** Values of a metric line and its `step`, if any; a string is an error message. */
export type MetricLine =
  | { readonly values: Readonly<Record<string, unknown>>; readonly step?: number }
  | string

/** Reads `::metric {"step": 3, "loss": 0.1}`, with bare NaN as written by Python's `json.dumps`. Undefined for other lines. */
export const readMetricLine = (line: string): MetricLine | undefined => {
  if (!line.startsWith(METRIC_PREFIX)) return undefined
  try {
    const body = parseJson(line.slice(METRIC_PREFIX.length))
    if (!isObject(body)) return 'a metric line must contain one JSON object: ::metric {"loss": 0.1}'
    const { step, ...values } = body
    if (step === undefined) return { values }
    if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0)
      return '"step" in a metric line must be an integer ≥ 0'
    return { values, step }
  } catch (error) {
    return `a metric line must contain JSON: ${error instanceof Error ? error.message : error}`
  }
}

/** Maximum length of a line, characters. Longer lines are split. */
const MAX_LENGTH = 1_000_000

/** Splits a stream of text at `\n` and `\r\n`. `node:readline` also splits at a lone `\r`, and does not limit lines. */
export const lineSplitter = (onLine: (line: string) => void) => {
  let rest = ''
  return {
    push: (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
      if (rest.length > MAX_LENGTH) {
        onLine(rest)
        rest = ''
      }
    },
    end: () => {
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
