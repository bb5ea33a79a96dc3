/** W&B's shared mode: several processes write to one run, each of which counts its own lines from 0. */
import type { RunKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../../deps.ts'
import { hashOf } from '../../ids.ts'
import { changeRecord } from '../../runs/live/change-record.ts'
import type { Row } from '../../store/codec/chunk.ts'
import type { StreamBody } from '../stream/stream-body.ts'
import { readExtra, writeExtra } from './run-extra.ts'

/** So many processes may write to one run; the lines of one are so far apart. */
const MOST_WRITERS = 1024

/** The process that sent a stream request, for runs with several processes (`mode="shared"`). */
export function writerOf(headers: Headers): string | undefined {
  const id = headers.get('x-wandb-async-client-id')
  const shared = headers.get('x-wandb-use-async-filestream') === 'true'
  return shared && id ? hashOf(id).slice(0, 16) : undefined
}

/** Interleaves the lines of the processes; each process has its own residue class of line numbers. */
export async function ownLines(
  deps: Pick<Deps, 'store' | 'clock'>,
  key: RunKey,
  writer: string,
  body: StreamBody,
): Promise<StreamBody> {
  const place = await placeOf(deps, key, writer)
  const moved = (rows: readonly Row[]): readonly Row[] =>
    rows.map((row) => ({ ...row, index: row.index * MOST_WRITERS + place }))
  return {
    ...body,
    history: moved(body.history),
    system: moved(body.system),
    console: moved(body.console),
  }
}

/** How many lines a process that resumes the run finds: as many as the one with most of them has written. */
export const sharedCount = (count: number): number => Math.ceil(count / MOST_WRITERS)

/** From 0, in order of first contact. */
async function placeOf(deps: Pick<Deps, 'store' | 'clock'>, key: RunKey, writer: string): Promise<number> {
  const record = await changeRecord(deps, key, (record) => {
    const extra = readExtra(record)
    const writers = extra.writers ?? []
    if (writers.includes(writer)) return record
    if (writers.length >= MOST_WRITERS)
      throw new Problem(
        'invalid',
        'too-many-writers',
        `${MOST_WRITERS} processes have written to run ${key.run} already; start another run`,
      )
    return { ...record, extra: writeExtra({ ...extra, writers: [...writers, writer] }) }
  })
  return readExtra(record).writers!.indexOf(writer)
}
