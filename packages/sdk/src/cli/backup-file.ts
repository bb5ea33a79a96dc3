import { appendFileSync, createReadStream, existsSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import type { BackupItem, BackupPage } from '@chimney/core/schema/backup'
import { UsageError } from './command.ts'

/**
 * A backup as a file: a line that says of what, a line an item, a line with the cursor after each page, and a last line with the
 * number of items. So a file that was cut off is known as such, and one that is being written can be gone on with.
 */
type Line =
  | { readonly backup: number; readonly of: string; readonly at: string }
  | { readonly item: BackupItem }
  | { readonly next: string }
  | { readonly end: number }

export interface Standing {
  readonly version: number
  /** `entity/project` that it was taken from. */
  readonly of: string
  /** Items up to the last page that is whole. */
  readonly items: number
  /** Where to go on; undefined before the first page and after the last. */
  readonly cursor: string | undefined
  readonly isWhole: boolean
  /** Length up to there, bytes. */
  readonly bytes: number
}

/** What the file holds; undefined when there is none, or one without a whole first line. Throws `UsageError` for one of another kind. */
export async function standingOf(file: string): Promise<Standing | undefined> {
  if (!existsSync(file)) return undefined
  let standing: Standing | undefined
  let read = 0
  let items = 0
  for await (const { line, bytes } of linesOf(file)) {
    read += bytes
    if (!standing) {
      if (!('backup' in line)) throw notABackup(file)
      standing = {
        version: line.backup,
        of: line.of,
        items: 0,
        cursor: undefined,
        isWhole: false,
        bytes: read,
      }
    } else if ('item' in line) items++
    else if ('next' in line) standing = { ...standing, items, cursor: line.next, bytes: read }
    else if ('end' in line && line.end === items)
      standing = { ...standing, items, isWhole: true, bytes: read }
  }
  if (!standing && statSync(file).size > 0) throw notABackup(file)
  return standing
}

/** Begins a file, or cuts one off after its last whole page. */
export function beginBackup(file: string, of: string, version: number, standing: Standing | undefined): void {
  if (standing) truncateSync(file, standing.bytes)
  else writeFileSync(file, textOf({ backup: version, of, at: new Date().toISOString() }), { mode: 0o600 })
}

/** Writes a page, and after the last one how many items there are: `before` and those of the page. */
export function appendPage(file: string, { items, next_cursor }: BackupPage, before: number): void {
  const after: Line = next_cursor === undefined ? { end: before + items.length } : { next: next_cursor }
  appendFileSync(file, [...items.map((item) => textOf({ item })), textOf(after)].join(''))
}

const BATCH_ITEMS = 500
/** Below what a function's request may weigh. */
const BATCH_CHARACTERS = 2_000_000

/** The items in the order of the file, as many at a time as one request takes. */
export async function* batchesOf(file: string): AsyncGenerator<BackupItem[], void, void> {
  let batch: BackupItem[] = []
  let characters = 0
  for await (const { line, bytes } of linesOf(file)) {
    if (!('item' in line)) continue
    if (batch.length >= BATCH_ITEMS || (batch.length > 0 && characters + bytes > BATCH_CHARACTERS)) {
      yield batch
      batch = []
      characters = 0
    }
    batch.push(line.item)
    characters += bytes
  }
  if (batch.length > 0) yield batch
}

/** Whole lines with their lengths; a last one without its end is left out. */
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

const textOf = (line: Line): string => `${JSON.stringify(line)}\n`
const notABackup = (file: string) =>
  new UsageError(`${file} is no backup of a project; choose a file that chimney export --to has written`)
