import { gzipSync } from 'node:zlib'
import type { Command } from 'commander'
import pc from 'picocolors'
import type { Chimney } from '../../client.ts'
import { ChimneyError } from '../../error.ts'
import { type DataFile, readDataFolder } from '../data-folder.ts'
import { type CommonFlags, type Shell, subcommand, toJson, UsageError } from '../shell.ts'
import { findingLines } from '../text/findings.ts'

/** Clock skew from which leases and presigned URLs are affected. */
const MAX_SKEW_MS = 30_000
const EXPIRES_SOON_MS = 14 * 24 * 60 * 60_000
/** Project of the test sweep. */
const PROJECT = 'chimney-doctor'

type State = 'ok' | 'warning' | 'broken' | 'skipped'
interface Result {
  readonly state: State
  readonly detail: string
}

const SYMBOLS: Readonly<Record<State, string>> = { ok: '✓', warning: '!', broken: '✗', skipped: '-' }

export const addDoctor = (program: Command, shell: Shell): void => {
  const { io } = shell
  subcommand(program, 'doctor', {
    summary: 'Check a deployment end to end, a sweep, or the data folder of a service on this machine.',
    details:
      'Checks the server, the clock and the key, runs a sweep with one trial in the project chimney-doctor and deletes it, and checks the queues of agent functions if the key permits. Exits with 1 when a check fails.\n\nWith a sweep, it lists what is wrong with that sweep, with evidence and what to do, and exits with 1 when there is an error.',
    examples: [
      'chimney doctor',
      'chimney doctor --read-only --json',
      'chimney doctor digits/abc123de',
      'chimney doctor --data .chimney',
    ],
  })
    .argument('[sweep]')
    .option('--read-only', 'create nothing')
    .option('--data <folder>', 'check the tables in this data folder')
    .action(async (sweep: string | undefined, flags: CommonFlags & { readOnly?: true; data?: string }) => {
      if (flags.data !== undefined && sweep !== undefined)
        throw new UsageError('doctor checks either a sweep or the folder of --data; leave one out')
      if (flags.data !== undefined) return checkDataFolder(shell, flags.data, flags)
      if (sweep !== undefined) return diagnoseSweep(shell, sweep, flags)
      const client = shell.client(flags, { retryForMs: 0 })
      const results: (Result & { check: string })[] = []
      const print = printerFor(shell)
      for await (const [check, result] of runChecks(client, flags.readOnly === true)) {
        results.push({ check, ...result })
        if (!flags.json) print(check, result)
      }
      if (flags.json) io.out(toJson(results))
      if (results.some(({ state }) => state === 'broken')) shell.exit(1)
    })
}

const diagnoseSweep = async (shell: Shell, path: string, flags: CommonFlags): Promise<void> => {
  const { io } = shell
  const diagnosis = await shell.client(flags).diagnosis(path)
  const { findings, trials } = diagnosis
  if (flags.json) io.out(toJson(diagnosis))
  else if (findings.length === 0) io.out(`✓ nothing found in ${trials} trials of ${path}\n`)
  else for (const line of findingLines(findings, io.hasColors === true)) io.out(`${line}\n`)
  if (findings.some(({ severity }) => severity === 'error')) shell.exit(1)
}

const checkDataFolder = async (shell: Shell, folder: string, flags: CommonFlags): Promise<void> => {
  const { io } = shell
  const { tables, files } = await readDataFolder(folder)
  if (flags.json) io.out(toJson({ tables, files }))
  const isDamaged = ({ damage }: DataFile) => damage !== undefined
  const damaged = files.filter(isDamaged)
  const print = flags.json ? () => undefined : printerFor(shell)
  for (const { name, damage } of damaged) print(name, { state: 'broken', detail: `${damage}` })
  if (damaged.length > 0)
    print('tables', {
      state: 'broken',
      detail: `${damaged.length} of ${files.length} files in ${tables} are damaged. Stop the service and restore the whole folder from a copy; without one, start it with CHIMNEY_DAMAGED_TABLES=open and export what can be read`,
    })
  else print('tables', { state: 'ok', detail: `${files.length} files in ${tables} have the right checksums` })
  if (damaged.length > 0) shell.exit(1)
}

const printerFor = ({ io }: Shell) => {
  const colors = pc.createColors(io.hasColors === true)
  const paint = { ok: colors.green, warning: colors.yellow, broken: colors.red, skipped: colors.dim }
  return (check: string, { state, detail }: Result) =>
    io.out(`${paint[state](SYMBOLS[state])} ${check}: ${detail}\n`)
}

async function* runChecks(client: Chimney, isReadOnly: boolean): AsyncGenerator<[string, Result]> {
  const server = await attempt(async () => {
    const { version } = await client.health()
    return { state: 'ok', detail: `version ${version} at ${client.url}` }
  })
  yield ['service', server]
  if (server.state === 'broken') return
  yield ['clock', await attempt(() => checkClock(client))]
  let scope = 'read'
  const key = await attempt(async () => {
    const viewer = await client.viewer()
    scope = viewer.scope
    return checkKey(viewer)
  })
  yield ['key', key]
  if (key.state === 'broken') return
  yield ['W&B clients', await attempt(() => checkClients(client))]
  if (isReadOnly) yield ['sweep', { state: 'skipped', detail: 'skipped by --read-only' }]
  else if (scope === 'read' || scope === 'ingest')
    yield ['sweep', { state: 'skipped', detail: 'needs a key with scope write' }]
  else {
    yield ['sweep', await attempt(() => checkSweep(client))]
    yield ['compression', await attempt(() => checkCompression(client))]
  }
  if (scope === 'admin') yield ['agent functions', await attempt(() => checkQueues(client))]
  else yield ['agent functions', { state: 'skipped', detail: 'needs a key with scope admin' }]
}

const attempt = (check: () => Promise<Result>): Promise<Result> =>
  check().catch((error: unknown) => ({
    state: 'broken',
    detail: error instanceof ChimneyError ? error.message : String(error),
  }))

const checkClock = async (client: Chimney): Promise<Result> => {
  const before = Date.now()
  const response = await fetch(`${client.url}/healthz`)
  const serverTime = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(serverTime)) return { state: 'skipped', detail: 'the server sends no Date header' }
  const skew = serverTime - (before + Date.now()) / 2
  if (Math.abs(skew) <= MAX_SKEW_MS) return { state: 'ok', detail: 'in sync with this machine' }
  return {
    state: 'warning',
    detail: `this machine is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'behind' : 'ahead'}; set its clock`,
  }
}

const checkKey = ({ entity, scope, key }: Awaited<ReturnType<Chimney['viewer']>>): Result => {
  const remaining =
    key?.expires_at == null ? Number.POSITIVE_INFINITY : Date.parse(key.expires_at) - Date.now()
  const owner = `entity ${entity}, scope ${scope}`
  if (remaining < EXPIRES_SOON_MS)
    return {
      state: 'warning',
      detail: `${owner}; it expires at ${key?.expires_at}, replace it with: chimney keys rotate ${key?.id}`,
    }
  if (key === null && scope === 'admin')
    return {
      state: 'warning',
      detail: `${owner}; this is the first key of the deployment, create one for daily use: chimney keys create`,
    }
  return { state: 'ok', detail: owner }
}

/** Runs a sweep with one trial, from its creation to its best value. */
const checkSweep = async (client: Chimney): Promise<Result> => {
  const startedAt = Date.now()
  const { path } = await client.createSweep(
    {
      method: 'grid',
      metric: { name: 'loss' },
      parameters: { cell: { values: [1] } },
      description: 'chimney doctor',
    },
    { project: PROJECT },
  )
  try {
    const next = await client.nextTrial(path)
    if (next.kind !== 'trial')
      return { state: 'broken', detail: `a new sweep returned no trial, but "${next.kind}"` }
    const { run_path: run, attempt } = next.trial
    await client.postMetrics(run, { points: [{ step: 1, values: { loss: 0.25 } }], attempt })
    await client.finish(run, { state: 'finished', attempt })
    const best = await client.best(path)
    const rows = await client.history(run)
    await client.deleteRun(run)
    if (best?.value !== 0.25 || rows.length !== 1)
      return { state: 'broken', detail: 'the reported metrics could not be read back' }
    return { state: 'ok', detail: `created, ran, read and deleted in ${Date.now() - startedAt} ms` }
  } finally {
    await client.deleteSweep(path)
  }
}

/**
 * Whether a compressed body arrives as it was sent. The W&B client compresses when asked to; a gateway or proxy that changes
 * such a body would end its recording.
 */
const checkCompression = async (client: Chimney): Promise<Result> => {
  const { path, id } = await client.createRun(PROJECT)
  try {
    const [entity = '', project = ''] = path.split('/')
    const parts = [entity, project, 'runs', id].map(encodeURIComponent)
    const answer = await fetch(`${client.url}/v1/${parts.join('/')}/metrics`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
        ...(client.key !== undefined && { Authorization: `Bearer ${client.key}` }),
      },
      body: gzipSync(JSON.stringify({ points: [{ step: 1, values: { loss: 0.25 } }] })),
    })
    const [row] = answer.ok ? await client.history(path) : []
    if (row?.loss === 0.25) return { state: 'ok', detail: 'a compressed request arrived as it was sent' }
    return {
      state: 'warning',
      detail: `a compressed request does not arrive (status ${answer.status}): do not set WANDB__FILE_STREAM_NO_GZIP=false, and see what lies between this machine and the service`,
    }
  } finally {
    await client.deleteRun(path)
  }
}

const LISTED = 10

/** What clients requested and the service lacks: a newer client may depend on it. */
const checkClients = async (client: Chimney): Promise<Result> => {
  const found = await client.listUnrecognized()
  if (found.length === 0) return { state: 'ok', detail: 'everything that they requested is known' }
  const names = found.slice(0, LISTED).map(({ name, client, last_at }) => `${name} (${client}, ${last_at})`)
  const more = found.length > LISTED ? ` and ${found.length - LISTED} more` : ''
  return {
    state: 'warning',
    detail: `they requested what this service lacks: ${names.join(', ')}${more}. Unknown fields read as null, unknown arguments have no effect, unknown mutations and routes are refused. Update the service, or use a client version that docs/wandb.md lists`,
  }
}

const checkQueues = async (client: Chimney): Promise<Result> => {
  const queues = await client.listAgents()
  const dead = queues.filter((queue) => queue.dead > 0)
  if (dead.length > 0)
    return {
      state: 'warning',
      detail: dead
        .map(
          ({ agent, dead }) =>
            `${agent} has ${dead} messages in its dead-letter queue; check its log, then run chimney redrive ${agent}`,
        )
        .join('; '),
    }
  if (queues.length === 0) return { state: 'ok', detail: 'none' }
  return {
    state: 'ok',
    detail: queues
      .map(({ agent, waiting, in_flight }) => `${agent} (${waiting} waiting, ${in_flight} in flight)`)
      .join(', '),
  }
}
