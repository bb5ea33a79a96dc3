import { isObject, parseJson } from '@chimney/core/schema/json'

export const METRIC_PREFIX = '::metric '

/** A metric line: the values, and the step when `step` is among them. Undefined for any other line; a text says what is wrong with it. */
export type MetricLine =
  | { readonly values: Readonly<Record<string, unknown>>; readonly step?: number }
  | string

/** Reads `::metric {"step": 3, "loss": 0.1}`, bare NaN included, as Python's `json.dumps` writes it. */
export const readMetricLine = (line: string): MetricLine | undefined => {
  if (!line.startsWith(METRIC_PREFIX)) return undefined
  try {
    const body = parseJson(line.slice(METRIC_PREFIX.length))
    if (!isObject(body)) return 'a metric line must hold one JSON object: ::metric {"loss": 0.1}'
    const { step, ...values } = body
    if (step === undefined) return { values }
    if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0)
      return '"step" in a metric line must be a whole number from 0'
    return { values, step }
  } catch (error) {
    return `a metric line must hold JSON: ${error instanceof Error ? error.message : error}`
  }
}

/** Longest line that is looked at, characters; what is longer passes in pieces and is no metric. */
const LONGEST = 1_000_000

/** Cuts a stream of text into lines, at `\n`, `\r\n` or the end. */
export const lineSplitter = (onLine: (line: string) => void) => {
  let rest = ''
  return {
    push: (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
      if (rest.length > LONGEST) {
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
