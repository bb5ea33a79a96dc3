import type { FileAddress, MediaKey, MediaKeys } from '@chimney/core/schema/api/media'
import type { HistoryRow, Page, RunAt } from '../api/endpoints.ts'
import { request } from '../api/request.ts'

const path = ({ entity, project, run }: RunAt, last: string) =>
  `/v1/${[entity, project, 'runs', run].map(encodeURIComponent).join('/')}/${last}`

export interface RunMedia {
  readonly keys: readonly MediaKey[]
  readonly charts: Readonly<Record<string, unknown>>
  readonly classLabels: Readonly<Record<string, unknown>>
}
export const NO_MEDIA: RunMedia = { keys: [], charts: {}, classLabels: {} }

/** The keys with all their steps; after `before`, what is new. */
export async function listMediaKeys(at: RunAt, before: RunMedia = NO_MEDIA): Promise<RunMedia> {
  const keys = new Map(before.keys.map((key) => [key.key, key]))
  let { charts, classLabels } = before
  const last = Math.max(-1, ...before.keys.map(({ indices }) => indices.at(-1) ?? -1))
  let cursor: string | undefined = last < 0 ? undefined : String(last + 1)
  do {
    const query: string = cursor === undefined ? '' : `?cursor=${cursor}`
    const page: MediaKeys = await request<MediaKeys>(path(at, `media-keys${query}`))
    for (const item of page.items) {
      const known = keys.get(item.key)
      keys.set(item.key, {
        key: item.key,
        types: [...new Set([...(known?.types ?? []), ...item.types])],
        steps: [...(known?.steps ?? []), ...item.steps],
        indices: [...(known?.indices ?? []), ...item.indices],
      })
    }
    charts = page.charts ?? charts
    classLabels = page.class_labels ?? classLabels
    cursor = page.next_cursor
  } while (cursor !== undefined)
  return { keys: [...keys.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), charts, classLabels }
}

/** Rows of a range of indices, both included. */
export async function getMediaRows(
  at: RunAt,
  range: { readonly from: number; readonly to: number },
  key?: string,
): Promise<readonly HistoryRow[]> {
  const rows: HistoryRow[] = []
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ from: String(range.from), to: String(range.to), limit: '1000' })
    if (key !== undefined) query.set('key', key)
    if (cursor !== undefined) query.set('cursor', cursor)
    const page: Page<HistoryRow> = await request<Page<HistoryRow>>(path(at, `media?${query}`))
    rows.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== undefined)
  return rows
}

export const htmlPath = (at: RunAt, name: string): string => path(at, `html?${new URLSearchParams({ name })}`)

/** As many names fit into the line of a request. */
const BATCH = 40
interface Waiting {
  readonly name: string
  readonly resolve: (url: string | null) => void
  readonly reject: (error: unknown) => void
}
const waiting = new Map<string, Waiting[]>()

/** The files of a folder of an artifact, by its address. */
export async function listFolder(at: RunAt, folder: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ name: folder })
  const { items } = await request<{ items: readonly FileAddress[] }>(path(at, `file-urls?${query}`))
  return items.map(({ name }) => name)
}

/**
 * The address of a file, valid for an hour; null for a file that its artifact does not have. Requests of the same moment are sent
 * together.
 */
export const getFileUrl = (at: RunAt, name: string): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const to = path(at, 'file-urls')
    const queue = waiting.get(to)
    if (queue) return void queue.push({ name, resolve, reject })
    waiting.set(to, [{ name, resolve, reject }])
    setTimeout(() => {
      const all = waiting.get(to) ?? []
      waiting.delete(to)
      for (let i = 0; i < all.length; i += BATCH) void sendBatch(to, all.slice(i, i + BATCH))
    })
  })

async function sendBatch(to: string, batch: readonly Waiting[]): Promise<void> {
  try {
    const query = new URLSearchParams(batch.map(({ name }) => ['name', name]))
    const { items } = await request<{ items: readonly FileAddress[] }>(`${to}?${query}`)
    for (const [i, { resolve }] of batch.entries()) resolve(items[i]?.url ?? null)
  } catch (error) {
    for (const { reject } of batch) reject(error)
  }
}
