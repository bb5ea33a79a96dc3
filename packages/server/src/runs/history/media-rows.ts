import { isObject, type Json } from '@chimney/core/schema/json'
import type { RunKey } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { Chunk, Row } from '../../store/codec/chunk.ts'

/** W&B clients mark what is more than a number (images, tables, histograms, …) with this key. */
const TYPE = '_type'
/** Media in deeper objects have no panel. */
const MAX_DEPTH = 4

/** Stores rows of metrics, and a second time what they hold of media: a page that shows those does not read the other rows. */
export async function putMetricRows(deps: Pick<Deps, 'store'>, key: RunKey, chunk: Chunk): Promise<void> {
  const media = mediaRows(chunk.rows)
  await Promise.all([
    deps.store.putChunk(key, 'metrics', chunk),
    ...(media.length > 0 ? [deps.store.putChunk(key, 'media', { ...chunk, rows: media })] : []),
  ])
}

/** The rows that have media, with them alone. Media in objects get the names of their paths, with dots. */
export function mediaRows(rows: readonly Row[]): readonly Row[] {
  return rows.flatMap((row) => {
    const found: [string, Json][] = []
    collect(row.values, '', MAX_DEPTH, found)
    if (found.length === 0) return []
    const { _step, _timestamp } = row.values
    const facts = { ...(_step !== undefined && { _step }), ...(_timestamp !== undefined && { _timestamp }) }
    return [{ ...row, values: { ...Object.fromEntries(found), ...facts } }]
  })
}

function collect(
  values: { readonly [name: string]: Json },
  prefix: string,
  depth: number,
  found: [string, Json][],
): void {
  for (const name in values) {
    const value = values[name]!
    if (!isObject(value)) continue
    if (typeof value[TYPE] === 'string') found.push([prefix + name, value])
    else if (depth > 1) collect(value, `${prefix}${name}.`, depth - 1, found)
  }
}

/** The type of a value of {@link mediaRows}. */
export const mediaType = (value: Json): string | undefined => {
  const type = isObject(value) ? value[TYPE] : undefined
  return typeof type === 'string' ? type : undefined
}
