import { useQuery } from '@tanstack/react-query'
import type { HistoryRow, RunAt } from '../api/endpoints.ts'
import { loadTable } from './load-table.ts'
import { getFileUrl, getMediaRows, listFolder, listMediaKeys, type RunMedia } from './media-endpoints.ts'
import type { MediaValue } from './media-value.ts'

const REFETCH_MS = 10_000
/** Addresses are valid for an hour. */
const URL_MS = 45 * 60_000

/** The keys of the media of a run, followed while it runs. */
export function useMediaKeys(at: RunAt, live: boolean, enabled: boolean) {
  return useQuery({
    queryKey: ['media-keys', at.entity, at.project, at.run, live],
    queryFn: async ({ client, queryKey }): Promise<RunMedia> =>
      listMediaKeys(at, live ? client.getQueryData<RunMedia>(queryKey) : undefined),
    refetchInterval: live ? REFETCH_MS : false,
    placeholderData: (before) => before,
    enabled,
  })
}

/** What a row has of media. Panels that show the same row share the request. */
export function useMediaRow(at: RunAt, index: number | undefined) {
  return useQuery({
    queryKey: ['media-row', at.entity, at.project, at.run, index],
    queryFn: async (): Promise<HistoryRow | null> =>
      (await getMediaRows(at, { from: index ?? 0, to: index ?? 0 }))[0] ?? null,
    enabled: index !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  })
}

export function useFileUrl(at: RunAt, name: string | undefined) {
  return useQuery({
    queryKey: ['file-url', at.entity, at.project, at.run, name],
    queryFn: () => getFileUrl(at, name ?? ''),
    enabled: name !== undefined,
    staleTime: URL_MS,
    gcTime: URL_MS,
  })
}

/** More is not read into a page. */
const MAX_BYTES = 60_000_000

async function readFile(at: RunAt, name: string): Promise<Response> {
  const url = await getFileUrl(at, name)
  const response = url === null ? undefined : await fetch(url)
  if (!response || response.status === 404)
    throw new Error(`The file ${name} has not been uploaded. It is sent at the latest when the run ends.`)
  if (!response.ok) throw new Error(`The file ${name} could not be read (status ${response.status}).`)
  if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES)
    throw new Error(`The file ${name} is larger than 60 MB; download it instead.`)
  return response
}

const readJsonFile = async (at: RunAt, name: string): Promise<unknown> =>
  parse(await (await readFile(at, name)).text())

/** So often a page looks for the artifact of a table. */
const MAX_LOOKS = 30

/** A table with the rows of all its parts. */
export function useTable(at: RunAt, value: MediaValue) {
  return useQuery({
    queryKey: ['table', at.entity, at.project, at.run, value.path ?? value.artifact_path],
    queryFn: () =>
      loadTable(value, {
        json: (name) => readJsonFile(at, name),
        list: (folder) => listFolder(at, folder),
      }),
    refetchInterval: ({ state }) =>
      state.data?.incomplete && state.dataUpdateCount < MAX_LOOKS ? REFETCH_MS : false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
}

/** A JSON file of the run. Bare NaN and infinities, as Python writes them, are null. */
export function useJsonFile<T>(at: RunAt, name: string | undefined) {
  return useQuery({
    queryKey: ['json-file', at.entity, at.project, at.run, name],
    queryFn: async (): Promise<T> => (await readJsonFile(at, name ?? '')) as T,
    enabled: name !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
}

export function useBlobFile(at: RunAt, name: string | undefined) {
  return useQuery({
    queryKey: ['blob-file', at.entity, at.project, at.run, name],
    queryFn: async () => (await readFile(at, name ?? '')).blob(),
    enabled: name !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Outside of strings: a string is skipped as a whole.
    return JSON.parse(
      text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
        found.startsWith('"') ? found : 'null',
      ),
    )
  }
}
