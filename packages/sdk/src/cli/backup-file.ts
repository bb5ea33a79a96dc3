import { appendFileSync, createReadStream, existsSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import type { BackupItem, BackupPage } from '@chimney/core/schema/backup'
import { UsageError } from './shell.ts'

/**
 * Lines of a backup file: a header, one line per item, the cursor after each page, and the number of items at the end. A
 * truncated file is detected, and an interrupted export can continue.
 */
type Line =
  | { readonly backup: number; readonly of: string; readonly at: string }
  | { readonly item: BackupItem }
  | { readonly next: string }
  | { readonly end: number }

export interface BackupState {
  readonly version: number
  /** The exported project, `entity/project`. */
  readonly of: string
  /** Number of items in complete pages. */
  readonly items: number
  /** Cursor of the next page; undefined before the first page and after the last. */
  readonly cursor: string | undefined
  readonly isComplete: boolean
  /** Length of the header and the complete pages, bytes. */
  readonly bytes: number
}

/** State of a backup file; undefined without a file or a complete header. Throws `UsageError` for other files. */
export async function readBackupState(file: string): Promise<BackupState | undefined> {
  if (!existsSync(file)) return undefined
  let state: BackupState | undefined
  let read = 0
  let items = 0
  for await (const { line, bytes } of linesOf(file)) {
    read += bytes
    if (!state) {
      if (!('backup' in line)) throw notABackup(file)
      state = {
        version: line.backup,
        of: line.of,
        items: 0,
        cursor: undefined,
        isComplete: false,
        bytes: read,
      }
    } else if ('item' in line) items++
    else if ('next' in line) state = { ...state, items, cursor: line.next, bytes: read }
    else if ('end' in line && line.end === items) state = { ...state, items, isComplete: true, bytes: read }
  }
  if (!state && statSync(file).size > 0) throw notABackup(file)
  return state
}

/** Creates the file, or truncates an interrupted one after its last complete page. */
export function startBackup(file: string, of: string, version: number, state: BackupState | undefined): void {
  if (state) truncateSync(file, state.bytes)
  else writeFileSync(file, toLine({ backup: version, of, at: new Date().toISOString() }), { mode: 0o600 })
}

/** Appends a page. `before` is the number of items in earlier pages. */
export function appendPage(file: string, { items, next_cursor }: BackupPage, before: number): void {
  const last: Line = next_cursor === undefined ? { end: before + items.length } : { next: next_cursor }
  appendFileSync(file, [...items.map((item) => toLine({ item })), toLine(last)].join(''))
}

const BATCH_ITEMS = 500
/** Below the request limit of a Lambda function. */
const BATCH_BYTES = 2_000_000

/** Items in the order of the file, in batches for one request each. */
export async function* batchesOf(file: string): AsyncGenerator<BackupItem[], void, void> {
  let batch: BackupItem[] = []
  let size = 0
  for await (const { line, bytes } of linesOf(file)) {
    if (!('item' in line)) continue
    if (batch.length >= BATCH_ITEMS || (batch.length > 0 && size + bytes > BATCH_BYTES)) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(line.item)
    size += bytes
  }
  if (batch.length > 0) yield batch
}

/** Complete lines and their lengths. Not `node:readline`, which also yields an incomplete last line. */
async function* linesOf(file: string): AsyncGenerator<{ line: Line; bytes: number }, void, void> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      let line: unknown
      try {
        line = JSON.parse(text)
      } catch {
        throw notABackup(file)
      }
      if (typeof line !== 'object' || line === null) throw notABackup(file)
      yield { line: line as Line, bytes: Buffer.byteLength(text) + 1 }
    }
  }
}

const toLine = (line: Line): string => `${JSON.stringify(line)}\n`
const notABackup = (file: string) =>
  new UsageError(`${file} is not a project backup; choose a file written by chimney export --to`)
