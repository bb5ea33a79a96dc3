import type { BackupItem } from '@chimney/core/schema/backup'
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import { inParallel } from '../../in-parallel.ts'
import type { BackupStore } from '../backup.ts'
import { backupItem, restorable } from '../codec/backup-item.ts'
import { badCursor, readCursor, writeCursor } from '../codec/cursor.ts'
import { WEBHOOK_PREFIX } from '../documents.ts'
import type { Paged } from '../page.ts'
import type { Attributes } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import {
  AMENDED,
  allDocuments,
  type ItemKey,
  type ItemRange,
  parseRunPk,
  parseSweepPk,
  pointerKey,
  REPAIR,
  runsOf,
  sweepContents,
  sweepHalves,
  sweepPk,
  sweepsOf,
  wholeRun,
} from './item-keys.ts'

/** A page ends once it exceeds this. One more read adds at most 1 MB, so a page stays below Lambda's response limit of 6 MB. */
const ITEMS = 1_000
const BYTES = 1_000_000
/** Runs or sweeps per list request. */
const LISTED = 50

/** End of a page: stage, page of its list, position in that, and the last item read. */
interface Place {
  readonly stage: number
  readonly list?: string | undefined
  readonly at: number
  readonly after?: string | undefined
}
interface Part {
  readonly id: string
  readonly range: ItemRange
}
type Parts = { readonly items: readonly Part[]; readonly cursor?: string }

export const dynamoBackup = (io: DynamoIo): BackupStore => {
  const listed =
    (index: (project: ProjectKey) => string, part: (key: ItemKey) => Part) =>
    async (project: ProjectKey, cursor: string | undefined): Promise<Parts> => {
      const page = await io.pageOfIndex('readBackup', index(project), { limit: LISTED, cursor }, true)
      return { ...page, items: page.items.map(part) }
    }
  const sweeps = (range: typeof sweepHalves) =>
    listed(sweepsOf, ({ pk }) => ({ id: parseSweepPk(pk).sweep, range: range(parseSweepPk(pk)) }))

  /**
   * Order of reading and restoring: trials before their runs, counters of a sweep last. Items that change meanwhile are thus
   * behind, never ahead, and no agent works on a half-restored sweep.
   */
  const STAGES: readonly {
    readonly of: BackupItem['of']
    readonly parts: (project: ProjectKey, cursor: string | undefined) => Promise<Parts>
  }[] = [
    { of: 'document', parts: async (project) => ({ items: [{ id: '', range: allDocuments(project) }] }) },
    { of: 'sweep', parts: sweeps(sweepContents) },
    {
      of: 'run',
      parts: listed(runsOf, ({ pk }) => ({ id: parseRunPk(pk).run, range: wholeRun(parseRunPk(pk)) })),
    },
    { of: 'sweep', parts: sweeps(sweepHalves) },
  ]

  return {
    async readBackup(project, cursor) {
      const items: BackupItem[] = []
      let bytes = 0
      let place: Place | undefined = cursor === undefined ? { stage: 0, at: 0 } : placeOf(project, cursor)
      let parts: Parts | undefined
      while (place !== undefined && items.length < ITEMS && bytes < BYTES) {
        const stage: (typeof STAGES)[number] | undefined = STAGES[place.stage]
        if (!stage) throw badCursor()
        parts ??= await stage.parts(project, place.list)
        const part = parts.items[place.at]
        if (part) {
          if (place.after !== undefined && !isWithin(part.range, place.after)) throw badCursor()
          const found = await io.stretch('readBackup', part.range, place.after)
          const kept = found.items.filter(({ sk }) => isKept(stage.of, String(sk)))
          items.push(...kept.map((item) => backupItem(stage.of, part.id, item)))
          bytes += found.items.reduce((sum, item) => sum + sizeOf(item), 0)
          place = found.last
            ? { ...place, after: found.last }
            : { ...place, at: place.at + 1, after: undefined }
        } else {
          place = nextPage(place, parts)
          parts = undefined
        }
      }
      return done(project, items, place)
    },

    async restore(project, items) {
      const ready = items.map((item, at) => restorable(project, item, at))
      const ids = new Set(items.filter(({ of }) => of === 'sweep').map(({ id }) => id))
      await inParallel([...ids], async (id) => {
        const pk = sweepPk({ ...project, sweep: id })
        if (await io.put('restore', pointerKey(id), { to: pk }, IS_NEW)) return
        const standing = await io.get('restore', pointerKey(id))
        if (standing?.to !== pk)
          throw new Problem(
            'conflict',
            'sweep-exists',
            `sweep ${id} belongs to another project of this deployment; delete it there, or import into another deployment`,
          )
      })
      let written = 0
      await inParallel(ready, async ({ key, values }) => {
        if (await io.put('restore', key, values, IS_NEW)) written++
      })
      return { written, kept: items.length - written }
    },
  }

  function nextPage({ stage, at }: Place, { cursor, items }: Parts): Place | undefined {
    if (cursor !== undefined && at >= items.length) return { stage, list: cursor, at: 0 }
    return stage + 1 < STAGES.length ? { stage: stage + 1, at: 0 } : undefined
  }
}

/** Copies are made again, and secrets do not leave the service. */
const isKept = (of: BackupItem['of'], sk: string): boolean =>
  of === 'document' ? !sk.startsWith(WEBHOOK_PREFIX) : of !== 'sweep' || (sk !== REPAIR && sk !== AMENDED)

const LONGEST = 4_096
const ABSENT = '-'
const listOf = ({ entity, project }: ProjectKey) => `backup ${entity}/${project}`

function done(
  project: ProjectKey,
  items: readonly BackupItem[],
  place: Place | undefined,
): Paged<BackupItem> {
  if (!place) return { items }
  const { stage, list = ABSENT, at, after = ABSENT } = place
  return { items, cursor: writeCursor(listOf(project), [String(stage), list, String(at), after]) }
}

function placeOf(project: ProjectKey, cursor: string): Place {
  const [stage, list, at, after] = readCursor(listOf(project), cursor, 4, LONGEST)
  return {
    stage: Number(stage),
    list: list === ABSENT ? undefined : list,
    at: Number(at),
    after: after === ABSENT ? undefined : after,
  }
}

/** A cursor must be at an item that was read. */
function isWithin(range: ItemRange, sk: string): boolean {
  if ('prefix' in range) return sk.startsWith(range.prefix)
  return !('from' in range) || (sk >= range.from && sk <= range.to)
}

/** Approximate size in the response, in bytes. */
const sizeOf = (item: Attributes): number =>
  Object.values(item).reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? (value.length * 4) / 3 : String(value).length) + 20,
    0,
  )
