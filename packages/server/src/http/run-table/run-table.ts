import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type Json, stringifyJson } from '@chimney/core/schema/json'
import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { mapInParallel } from '../../in-parallel.ts'
import { type EditedRun, listEdited, runCopiesPrefix } from '../../runs/live/edited-runs.ts'
import { runRow } from './run-row.ts'

type TableDeps = Pick<Deps, 'store' | 'files' | 'clock' | 'onFailure'>

/** Part of the file names. Raise it when the form of a row changes: then blocks are written again. */
const FORMAT = 1
/** A block ends after a run whose digest is a multiple of it, so that a deleted run changes its own block only. */
const MEAN_BLOCK = 400
/** A note of an edit is older than the longest request before its run is copied again, so no writer is behind it. */
const SETTLED_MS = 5 * 60_000
/** Of one response: a function may return 6 MB. */
const MAX_BYTES = 4_000_000
const KEYS_PER_REQUEST = 1_000

/** Rows as JSON text, in the order of `ids`; undefined for a run that has not ended, or was not there. */
type Rows = ReadonlyMap<string, string>
interface Block {
  readonly name: string
  readonly ids: readonly string[]
  /** The end of the list is no block yet. */
  readonly complete: boolean
}

export interface RunTablePage {
  /** JSON texts of rows, oldest run first. */
  readonly rows: readonly string[]
  /** Id of the last run; absent after the last page. */
  readonly next?: string
}

/**
 * All runs of a project as rows. Blocks of runs come from files: the table is read only for the list of keys, for runs that have not
 * ended, for the newest block and for edited runs. The first reader of a block writes its file. A change of an ended run is noted
 * before it is made (`runs/live/edited-runs.ts`), so a file is never wrong about a run without a note.
 */
export async function runTable(
  deps: TableDeps,
  project: ProjectKey,
  after: string | undefined,
  maxBytes = MAX_BYTES,
): Promise<RunTablePage> {
  // Before the files: a note that is not listed belongs to a run that its file has already.
  const notes = await listEdited(deps, project)
  const edits: Edits = {
    all: new Set(notes.map(({ run }) => run)),
    settled: new Set(notes.filter(({ at }) => deps.clock.now() - at > SETTLED_MS).map(({ run }) => run)),
  }
  const keys = await allKeys(deps, project)
  const blocks = blocksOf(project, keys)
  const rest =
    after === undefined ? blocks : blocks.slice(blocks.findIndex(({ ids }) => ids.includes(after)) + 1)
  const rows: string[] = []
  const current = new Set<string>()
  let bytes = 0
  let next: string | undefined
  for (const [i, block] of rest.entries()) {
    const read = await readBlock(deps, project, block, edits)
    rows.push(...read.texts)
    for (const id of read.current) current.add(id)
    bytes += read.texts.reduce((sum, text) => sum + text.length, 0)
    if (bytes <= maxBytes || i + 1 === rest.length) continue
    next = block.ids.at(-1)!
    break
  }
  await forget(deps, project, notes, keys, current)
  return { rows, ...(next !== undefined && { next }) }
}

/** Ids of runs that were changed after their end; `settled`: long enough ago to copy them again. */
interface Edits {
  readonly all: ReadonlySet<string>
  readonly settled: ReadonlySet<string>
}

/** Deletes the notes of runs that were copied again, or do not exist any more. */
async function forget(
  { store, clock }: TableDeps,
  project: ProjectKey,
  notes: readonly EditedRun[],
  keys: readonly RunKey[],
  current: ReadonlySet<string>,
): Promise<void> {
  const old = notes.filter(({ at }) => clock.now() - at > SETTLED_MS)
  if (old.length === 0) return
  const exist = new Set(keys.map(({ run }) => run))
  const obsolete = old.filter(({ run }) => current.has(run) || !exist.has(run))
  await mapInParallel(obsolete, ({ name }) => store.deleteDocument(project, name))
}

async function allKeys({ store }: TableDeps, project: ProjectKey): Promise<readonly RunKey[]> {
  const keys: RunKey[] = []
  let cursor: string | undefined
  do {
    const page = await store.listRunKeys(project, { cursor, limit: KEYS_PER_REQUEST })
    keys.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  return keys
}

const digestOf = (text: string) => createHash('sha256').update(text).digest()

function blocksOf(project: ProjectKey, keys: readonly RunKey[]): readonly Block[] {
  const blocks: Block[] = []
  let ids: string[] = []
  const close = (complete: boolean) => {
    const digest = digestOf(ids.join('\n')).toString('hex').slice(0, 32)
    blocks.push({ name: `${runCopiesPrefix(project)}${FORMAT}-${digest}.gz`, ids, complete })
    ids = []
  }
  for (const { run } of keys) {
    ids.push(run)
    if (digestOf(run).readUInt32BE(0) % MEAN_BLOCK === 0) close(true)
  }
  if (ids.length > 0) close(false)
  return blocks
}

/** The rows of a block, and the ids of runs of which no file has an older row. */
async function readBlock(
  deps: TableDeps,
  project: ProjectKey,
  block: Block,
  edits: Edits,
): Promise<{ readonly texts: readonly string[]; readonly current: readonly string[] }> {
  const copied = block.complete ? await readCopy(deps, block) : undefined
  const read = block.ids.filter((id) => !copied?.has(id) || edits.all.has(id))
  const fresh = read.length === 0 ? NO_ROWS : await readRows(deps, project, read)
  const isRead = new Set(read)
  const rowsOf = (own: Rows): Rows =>
    new Map(
      block.ids.flatMap((id) => {
        const row = isRead.has(id) ? own.get(id) : copied?.get(id)
        return row === undefined ? [] : [[id, row] as const]
      }),
    )
  const texts = [...rowsOf(fresh.all).values()]
  const settled = read.filter((id) => edits.settled.has(id))
  const isNews = read.some((id) => !copied?.has(id) && fresh.ended.has(id)) || settled.length > 0
  if (!block.complete || !isNews) return { texts, current: copied ? [] : settled }
  try {
    await writeCopy(deps, block, rowsOf(fresh.ended))
    return { texts, current: settled }
  } catch (error) {
    // A failed write does not fail the request.
    deps.onFailure?.('the copy of the table of runs', error)
    return { texts, current: [] }
  }
}

const NO_ROWS = { all: new Map<string, string>(), ended: new Map<string, string>() }

async function readRows(
  { store }: TableDeps,
  project: ProjectKey,
  ids: readonly string[],
): Promise<{ readonly all: Rows; readonly ended: Rows }> {
  const all = new Map<string, string>()
  const ended = new Map<string, string>()
  const runs = await store.getRuns(ids.map((run) => ({ ...project, run })))
  for (const run of runs) {
    if (!run) continue
    const { record, live } = run
    const text = stringifyJson(runRow(record, live) as unknown as Json, { nonFinite: 'string' })
    all.set(record.key.run, text)
    if (isEnd(live.state)) ended.set(record.key.run, text)
  }
  return { all, ended }
}

/** Lines of ids and rows in turn; JSON text has no line breaks. */
async function readCopy({ files }: TableDeps, { name }: Block): Promise<Rows | undefined> {
  const bytes = await files.get(name)
  if (!bytes) return undefined
  const lines = (await promisify(gunzip)(bytes)).toString().split('\n')
  const rows = new Map<string, string>()
  for (let i = 0; i + 1 < lines.length; i += 2) rows.set(lines[i]!, lines[i + 1]!)
  return rows
}

async function writeCopy({ files }: TableDeps, { name }: Block, rows: Rows): Promise<void> {
  const text = [...rows].map(([id, row]) => `${id}\n${row}`).join('\n')
  await files.put(name, new Uint8Array(await promisify(gzip)(text)), 'application/gzip')
}
