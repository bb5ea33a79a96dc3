import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { RunKey } from '@chimney/core/schema/names'
import { isEnd } from '@chimney/core/sweep/lifecycle'
import type { Deps } from '../../deps.ts'
import { historyCopiesPrefix } from '../../runs/files/run-folders.ts'

/** Part of the file names. Raise it when the form of the text changes. */
const FORMAT = 1
/** Shorter histories are read as fast as a copy. */
const MIN_INDEX_PER_SAMPLE = 4

/**
 * The text of a sampled metric history; of an ended run from a file, which the first reader writes. Sampling 20,000 steps of 50 metrics
 * takes two seconds. Late rows and amendments change the revision of the run, which is part of the name.
 */
export async function sampledHistory(
  deps: Pick<Deps, 'store' | 'files' | 'onFailure'>,
  key: RunKey,
  samples: number,
  read: () => Promise<string>,
): Promise<string> {
  const live = await deps.store.getLive(key)
  if (!live || !isEnd(live.state) || live.lastIndex < MIN_INDEX_PER_SAMPLE * samples) return read()
  const prefix = historyCopiesPrefix(key)
  const name = `${prefix}${FORMAT}-${samples}-${live.rev}.json.gz`
  const copy = await deps.files.get(name)
  if (copy) return (await promisify(gunzip)(copy)).toString()
  const text = await read()
  // A failed write does not fail the request.
  try {
    await deps.files.put(name, new Uint8Array(await promisify(gzip)(text)), 'application/gzip')
    // Those of earlier revisions.
    for (const { key: other } of await deps.files.list(prefix))
      if (!other.endsWith(`-${live.rev}.json.gz`)) await deps.files.delete(other)
  } catch (error) {
    deps.onFailure?.('the copy of a history', error)
  }
  return text
}
