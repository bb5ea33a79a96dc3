/** Responses with media of runs. Loaded with their first use: an agent needs none. */
import type { MediaKey } from '@chimney/core/schema/api/media'
import { isObject, type Json, numberOf, parseJson } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { type AddressedFile, addressedFiles, isArtifactAddress } from '../../artifacts/addressed-files.ts'
import type { Deps } from '../../deps.ts'
import { downloadUrl } from '../../runs/files/file-urls.ts'
import { runFileKey } from '../../runs/files/run-files.ts'
import { mediaType } from '../../runs/history/media-rows.ts'
import { readMedia } from '../../runs/history/read-media.ts'
import type { Row } from '../../store/codec/chunk.ts'
import { historyPageText } from './history-page.ts'
import { runNotFound } from './not-found.ts'
import { respond, respondText } from './respond.ts'

const HTML_BYTES = 4_000_000

/**
 * A page that a program wrote: without an origin, it reaches neither the API nor the storage of the dashboard, and it loads nothing
 * from elsewhere.
 */
const HTML_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    'sandbox allow-scripts',
    "default-src 'none'",
    "script-src 'unsafe-inline' 'unsafe-eval'",
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'media-src data: blob:',
    'font-src data:',
    "frame-ancestors 'self'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'private, max-age=3600',
}

/** W&B clients add this style sheet to HTML; the policy would block it, with an error in the console of the page. */
const NORMALIZE = /<link[^>]{0,200}href="https:\/\/app\.wandb\.ai\/normalize\.css"[^>]{0,20}>/g

type MediaDeps = Pick<Deps, 'store' | 'files' | 'settings' | 'clock' | 'randomId'>
const MAX_NAMES = 100

interface MediaQuery {
  readonly keys?: readonly string[] | undefined
  readonly from: number
  readonly to?: number | undefined
  readonly limit: number
}

export async function mediaKeys(deps: MediaDeps, key: RunKey, query: MediaQuery): Promise<Response> {
  const { rows, next } = await readRows(deps, key, query)
  const facts = query.from === 0 ? factsOf((await deps.store.getRun(key))?.record.extra) : undefined
  return respond(200, {
    items: keysOf(rows),
    ...facts,
    ...(next !== undefined && { next_cursor: String(next) }),
  })
}

export async function mediaPage(deps: MediaDeps, key: RunKey, query: MediaQuery): Promise<Response> {
  const { rows, next } = await readRows(deps, key, query)
  return respondText(200, historyPageText(rows, next, true))
}

async function readRows(deps: MediaDeps, key: RunKey, query: MediaQuery) {
  const { keys, from, to = Number.MAX_SAFE_INTEGER, limit } = query
  const found = await readMedia(deps, key, { from, to, limit })
  if (!found) throw runNotFound(key)
  return { ...found, rows: found.rows.flatMap(only(keys)) }
}

/** `visitor`: the request has a share link instead of a key. */
export async function fileUrls(
  deps: MediaDeps,
  key: RunKey,
  names: readonly string[],
  visitor: boolean,
): Promise<Response> {
  if (names.length > MAX_NAMES)
    throw new Problem(
      'invalid',
      'too-many-names',
      `name was given ${names.length} times; send at most ${MAX_NAMES} in a request`,
    )
  const files = await filesOf(deps, key, names, visitor)
  const context = { deps, origin: deps.settings.publicUrl }
  const urls = files.map(async ({ name, key: file }) => ({
    name,
    url: file === undefined ? null : await downloadUrl(context, file),
  }))
  return respond(200, { items: await Promise.all(urls) })
}

export async function htmlPage(
  deps: MediaDeps,
  key: RunKey,
  name: string,
  visitor: boolean,
): Promise<Response> {
  const at = (await filesOf(deps, key, [name], visitor))[0]?.key
  const stat = at === undefined ? undefined : await deps.files.stat(at)
  if (at === undefined || !stat)
    throw new Problem('not-found', 'file-not-found', `run ${key.run} has no file ${name}`)
  if (stat.size > HTML_BYTES)
    throw new Problem(
      'too-large',
      'html-too-large',
      `${name} has ${stat.size} bytes; a page of more than ${HTML_BYTES} is not shown, download it from /files`,
    )
  const bytes = await deps.files.get(at)
  const text = new TextDecoder().decode(bytes).replaceAll(NORMALIZE, '')
  return new Response(text, { headers: HTML_HEADERS })
}

/** Where the files of these names are stored: those of the run, and those of artifacts by their addresses. */
async function filesOf(
  deps: MediaDeps,
  key: RunKey,
  names: readonly string[],
  visitor: boolean,
): Promise<readonly AddressedFile[]> {
  if (visitor) for (const name of names) if (!isMediaName(name)) throw notMedia(name)
  if (!(await deps.store.getLive(key))) throw runNotFound(key)
  const ctx = { deps, caller: { entity: key.entity } }
  const found = names.map((name) =>
    isArtifactAddress(name)
      ? addressedFiles(ctx, key, name, visitor)
      : [{ name, key: runFileKey(key, name) }],
  )
  return (await Promise.all(found)).flat()
}

/** Names as W&B clients give them to media of a run, and to tables and their cells in artifacts. */
const MEDIA_NAME =
  /^(wandb-(client-)?artifact:\/\/[^/]+\/)?media\/|^wandb-(client-)?artifact:.*(\.(joined-|partitioned-)?table\.json|\/)$/
const isMediaName = (name: string): boolean => MEDIA_NAME.test(name)

const notMedia = (name: string): Problem =>
  new Problem(
    'forbidden',
    'shared-media-only',
    `a share link can only read media of runs, not ${JSON.stringify(name.slice(0, 200))}; sign in with an API key`,
  )

/** What the W&B client keeps of `wandb.plot.*` and of the classes of masks in its own part of the config. */
function factsOf(extra: string | undefined): { charts?: Json; class_labels?: Json } {
  const json = extra === undefined ? undefined : parseJson(extra)
  const wandb = isObject(json) ? json.wandb : undefined
  if (!isObject(wandb)) return {}
  const charts = wandb.visualize ?? wandb.viz
  const labels = Object.entries(wandb).filter(([name]) => name.endsWith('/class_labels'))
  return {
    ...(isObject(charts) && { charts }),
    ...(labels.length > 0 && { class_labels: Object.fromEntries(labels) }),
  }
}

function keysOf(rows: readonly Row[]): MediaKey[] {
  const keys = new Map<string, { types: Set<string>; steps: number[]; indices: number[] }>()
  for (const row of rows)
    for (const name in row.values) {
      const type = mediaType(row.values[name]!)
      if (type === undefined) continue
      let known = keys.get(name)
      if (!known) {
        known = { types: new Set(), steps: [], indices: [] }
        keys.set(name, known)
      }
      known.types.add(type)
      known.steps.push(numberOf(row.values._step) ?? row.index)
      known.indices.push(row.index)
    }
  return [...keys]
    .map(([key, { types, steps, indices }]) => ({ key, types: [...types], steps, indices }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** The row with these values alone; nothing when it has none of them. */
const only =
  (wanted: readonly string[] | undefined) =>
  (row: Row): readonly Row[] => {
    if (!wanted) return [row]
    const values: Record<string, Json> = {}
    for (const name of wanted) if (Object.hasOwn(row.values, name)) values[name] = row.values[name]!
    if (Object.keys(values).length === 0) return []
    const { _step, _timestamp } = row.values
    return [
      {
        ...row,
        values: {
          ...values,
          ...(_step !== undefined && { _step }),
          ...(_timestamp !== undefined && { _timestamp }),
        },
      },
    ]
  }
