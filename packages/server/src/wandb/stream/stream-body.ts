import { isObject, type Json, numberOf, parseJson } from '@chimney/core/schema/json'
import { Problem } from '@chimney/core/schema/problem'
import { JsonScanner, type ScanLimits } from '../../http/body/json-scanner.ts'
import type { Row } from '../../store/codec/chunk.ts'
import { boundedValues } from './bounded-values.ts'

type JsonObject = { readonly [key: string]: Json }

/**
 * A row must fit into one item of the table (400 KB with overhead). A larger one is not refused, since the client would end
 * its stream.
 */
const MAX_ROW_BYTES = 300_000
const MAX_CONSOLE_LINE = 100_000

/** One request of a run's stream, read. */
export interface StreamBody {
  readonly history: readonly Row[]
  readonly system: readonly Row[]
  readonly console: readonly Row[]
  /** The whole summary, when the request holds one. */
  readonly summary: JsonObject | undefined
  readonly preempting: boolean
  /** Only in the last request. */
  readonly complete: boolean
  readonly exitCode: number | undefined
}

/** Line numbers are indices of rows, which end at 2^53, of a thousand processes that write to one run. */
const MAX_LINE = 2 ** 42

/**
 * Lines and other values of a request, and values within its lines. Clients send at most 10 MiB of content at once, in
 * lines of 30 characters or more; more would take more memory and time than a function has.
 */
const MAX_LINES = 400_000
const MAX_VALUES = 4_000_000

/** Of a request's body before it is parsed: a line is one string in it. */
export const STREAM_SCAN: ScanLimits = { marks: MAX_LINES, values: MAX_LINES }

/**
 * Reads a request of the stream. Unknown files and keys are ignored; `received` (Unix ms) is the time of lines
 * without one. Throws `Problem('invalid')`.
 */
export function parseStreamBody(text: string, received: number): StreamBody {
  const body = text.trim() === '' ? {} : parseJson(text)
  if (!isObject(body)) throw new Problem('invalid', 'malformed-stream', 'the body must be a JSON object')
  const files = isObject(body.files) ? body.files : {}
  const history = linesOf(files['wandb-history.jsonl'])
  const system = linesOf(files['wandb-events.jsonl'])
  const summaries = linesOf(files['wandb-summary.json'])
  const fine = readable([...history, ...system])
  const last = summaries.at(-1)
  const summary = last && readObject(last.text)
  return {
    history: rowsOf(history, fine, received),
    system: rowsOf(system, fine, received),
    console: linesOf(files['output.log']).map(({ number, text }) => ({
      index: number,
      at: received,
      values: { line: text.slice(0, MAX_CONSOLE_LINE) },
    })),
    summary,
    preempting: body.preempting === true,
    // The oldest clients send `complete: false` all along.
    complete: body.complete === true,
    exitCode: numberOf(body.exitcode),
  }
}

interface Line {
  readonly number: number
  readonly text: string
}

function linesOf(file: Json | undefined): readonly Line[] {
  if (!isObject(file)) return []
  const offset = numberOf(file.offset) ?? 0
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_LINE)
    throw new Problem('invalid', 'malformed-stream', `an offset must be a line number, not ${offset}`)
  const content = typeof file.content === 'string' ? [file.content] : file.content
  if (!Array.isArray(content)) return []
  return (content as readonly Json[]).flatMap((text, at) =>
    typeof text === 'string' ? [{ number: offset + at, text }] : [],
  )
}

/** The lines without those that are nested too deep to be parsed. Throws for too many values. */
function readable(lines: readonly Line[]): ReadonlySet<Line> {
  const found = new Set<Line>()
  let left = MAX_VALUES
  for (const line of lines) {
    const scanner = new JsonScanner({ marks: left, values: MAX_VALUES, members: Number.POSITIVE_INFINITY })
    try {
      scanner.add(line.text)
      found.add(line)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'malformed-json') throw error
    }
    left -= scanner.marks + 1
  }
  return found
}

/** Undefined for a line that is no JSON object or is nested too deep. */
function readObject(text: string): JsonObject | undefined {
  try {
    const values = parseJson(text)
    return isObject(values) ? values : undefined
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** Stores a line that cannot be parsed as text: a refusal would end the stream and lose all later rows. */
const MAX_UNREADABLE = 10_000
const unreadable = (text: string): JsonObject => ({
  _unreadable: { _type: 'omitted', size: Buffer.byteLength(text), text: text.slice(0, MAX_UNREADABLE) },
})

function rowsOf(lines: readonly Line[], fine: ReadonlySet<Line>, received: number): readonly Row[] {
  return lines.flatMap((line) => {
    const { number, text } = line
    if (text.trim() === '') return []
    const values = (fine.has(line) ? readObject(text) : undefined) ?? unreadable(text)
    const seconds = numberOf(values._timestamp)
    const at = seconds !== undefined && Number.isFinite(seconds) ? Math.round(seconds * 1000) : received
    const fits = Buffer.byteLength(text) <= MAX_ROW_BYTES
    return [{ index: number, at, values: fits ? values : boundedValues(values, MAX_ROW_BYTES) }]
  })
}
