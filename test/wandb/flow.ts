/** What a flow is, and what flows share to look at results from outside. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { type Client, type Ended, TIMEOUT_FACTOR } from './client.ts'
import type { Server } from './server.ts'
import type { Pages } from './sweep-page.ts'

export interface Flow {
  readonly title: string
  /** Every version has to pass it; the others only the newest. */
  readonly core: boolean
  readonly run: (world: World) => Promise<void>
}

/** Flows that run one after the other and may read what earlier ones have left behind. */
export type Group = readonly Flow[]

export interface World {
  readonly server: Server
  /** A client of `server` with its own folder and a key that other versions do not use. */
  readonly client: Client
  /** A client of another address, with the first key of its service. */
  readonly clientAt: (url: string) => Client
  readonly pages: Pick<Pages, 'readSweep'>
  /** Creates a folder that is deleted afterwards. */
  readonly folder: () => string
  /** Paths of the sweeps of the tutorial flows with this version. */
  readonly left: { readonly sweeps: string[] }
}

export const ENTITY = 'local'
export const NEWEST = '0.31.0'

export function ok({ code, output }: Ended): string {
  assert.equal(code, 0, `exit code ${code}:\n${output.slice(-4000)}`)
  return output
}

/** What a script printed as `name=value`. */
export function printedValue(output: string, name: string): string {
  const value = new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]
  assert.ok(value, `the script did not print ${name}:\n${output.slice(-3000)}`)
  return value
}

export const trialsOf = async (server: Server, project: string, sweep: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: flows look into answers of every shape
  (await server.get(`/v1/${ENTITY}/${project}/sweeps/${sweep}/trials?limit=1000`)).items as any[]

/** All rows of a run, which come in several answers when they are large. */
export async function rowsOf(server: Server, project: string, run: string) {
  // biome-ignore lint/suspicious/noExplicitAny: flows look into answers of every shape
  const rows: any[] = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = await server.get(`/v1/${ENTITY}/${project}/runs/${run}/metrics?limit=10000${more}`)
    rows.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== undefined)
  return rows
}

/**
 * Waits for a condition; see {@link TIMEOUT_FACTOR}. A test that throws counts as false: a trial, for instance, is listed a moment before
 * its run can be read. On timeout the last error is the cause.
 */
export async function until(what: string, seconds: number, test: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * TIMEOUT_FACTOR * 1000
  for (;;) {
    let cause: unknown
    try {
      if (await test()) return
    } catch (error) {
      cause = error
    }
    if (Date.now() > end) {
      const last = cause === undefined ? '' : `; last seen: ${cause}`
      throw new Error(`${what} did not happen within ${seconds * TIMEOUT_FACTOR} s${last}`)
    }
    await setTimeout(250)
  }
}

/** The link to its sweep that the client has printed. */
export function linkIn(output: string): string {
  const link = /https?:\/\/\S+\/sweeps\/[a-z0-9]+/.exec(output)?.[0]
  assert.ok(link, `the client printed no link:\n${output.slice(-3000)}`)
  return link
}

/** Makes a sweep on the command line; answers its path, and everything that was printed. */
export async function sweepByCommand(client: Client, project: string, file: string) {
  const output = ok(await client.run('wandb', ['sweep', '--project', project, file], 60))
  const path = /Run sweep agent with: .*wandb agent ([^\s/]+\/[^\s/]+\/[a-z0-9]+)/.exec(output)?.[1]
  assert.ok(path, output)
  return { path, output }
}

export const idOf = (path: string): string => path.split('/').at(-1) ?? ''

/** Asserts that a run holds rows 0 to count − 1, each once and in order, with `x` equal to the step. */
export async function assertEveryStep(server: Server, project: string, run: string, count: number) {
  const rows = await rowsOf(server, project, run)
  assert.deepEqual(
    rows.map((row) => [row._step, row.x]),
    Array.from({ length: count }, (_, i) => [i, i]),
  )
  assert.equal((await server.get(`/v1/${ENTITY}/${project}/runs/${run}`)).state, 'finished')
}
