import { isObject, type Json, parseJson, stringifyJson } from '@chimney/core/schema/json'
import type { RunRecord } from '../../store/runs.ts'

/** Fields of a run that only the W&B API stores. */
export interface RunExtra {
  /** The client's own part of the config, see {@link ClientConfig}. */
  readonly wandb?: { readonly [key: string]: Json }
  readonly host?: string
  readonly program?: string
  readonly commit?: string
  readonly repo?: string
  readonly description?: string
  /** Number of lines copied from another run, see `fork-run.ts`. */
  readonly forked?: number
  /** The processes that write to it, when there may be several; see `shared-run.ts`. */
  readonly writers?: readonly string[]
}

const TEXTS = ['host', 'program', 'commit', 'repo', 'description'] as const

export function readExtra(record: Pick<RunRecord, 'extra'>): RunExtra {
  const json = record.extra === undefined ? undefined : parseJson(record.extra)
  if (!isObject(json)) return {}
  const texts = TEXTS.flatMap((name) => (typeof json[name] === 'string' ? [[name, json[name]] as const] : []))
  return {
    ...Object.fromEntries(texts),
    ...(isObject(json.wandb) && { wandb: json.wandb }),
    ...(typeof json.forked === 'number' && { forked: json.forked }),
    ...(Array.isArray(json.writers) && { writers: json.writers as readonly string[] }),
  }
}

export const writeExtra = (extra: RunExtra): string => stringifyJson(extra as unknown as Json)
