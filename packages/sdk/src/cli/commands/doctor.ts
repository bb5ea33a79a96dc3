import type { Chimney } from '../../client.ts'
import { ChimneyError } from '../../error.ts'
import type { Command } from '../command.ts'

/** How far a clock may be off before leases and signed addresses suffer. */
const SKEW_MS = 30_000
const SOON_MS = 14 * 24 * 60 * 60_000
/** Where it tries things out; what it makes it deletes. */
const PROJECT = 'chimney-doctor'

type State = 'ok' | 'warning' | 'broken' | 'skipped'
interface Finding {
  readonly check: string
  readonly state: State
  readonly detail: string
}

const SIGNS: Readonly<Record<State, string>> = { ok: '✓', warning: '!', broken: '✗', skipped: '-' }

export const doctor: Command = {
  name: 'doctor',
  usage: '[--read-only]',
  summary: 'Check a deployment end to end, and say what is wrong.',
  details:
    'Reaches the service, checks the key and the clocks, runs a sweep of one trial through (in a project of its own, and\ndeletes it), and looks at the queues of agent functions when the key may. Exit code 1 when something is broken.',
  options: { 'read-only': { type: 'boolean', help: 'make nothing' } },
  examples: ['chimney doctor', 'chimney doctor --read-only --json'],
  arity: [0, 0],
  run: async ({ io, json, flag, client: connect }) => {
    const client = connect({ retryForMs: 0 })
    const findings: Finding[] = []
    const check = async (name: string, work: () => Promise<Omit<Finding, 'check'>>) => {
      const finding = { check: name, ...(await work().catch(brokenBy)) }
      findings.push(finding)
      if (!json) io.out(`${SIGNS[finding.state]} ${finding.check}: ${finding.detail}\n`)
      return finding.state !== 'broken'
    }
    const reachable = await check('service', async () => {
      const { version } = await client.health()
      return { state: 'ok', detail: `version ${version} at ${client.url}` }
    })
    if (reachable) {
      await check('clock', () => clock(client))
      let scope = 'read'
      const known = await check('key', async () => {
        const viewer = await client.viewer()
        scope = viewer.scope
        return keyFinding(viewer)
      })
      if (known) {
        await check('sweep', async () =>
          flag('read-only') || scope === 'read' || scope === 'ingest'
            ? {
                state: 'skipped',
                detail: 'needs a key with the scope write, and to be allowed to make things',
              }
            : sweep(client),
        )
        await check('agent functions', async () =>
          scope === 'admin'
            ? agents(client)
            : { state: 'skipped', detail: 'needs a key with the scope admin' },
        )
      }
    }
    if (json) io.out(`${JSON.stringify(findings, null, 2)}\n`)
    return findings.some(({ state }) => state === 'broken') ? 1 : 0
  },
}

const brokenBy = (error: unknown): Omit<Finding, 'check'> => ({
  state: 'broken',
  detail: error instanceof ChimneyError ? error.message : String(error),
})

async function clock(client: Chimney): Promise<Omit<Finding, 'check'>> {
  const before = Date.now()
  const answer = await fetch(`${client.url}/healthz`)
  const theirs = Date.parse(answer.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return { state: 'skipped', detail: 'the service does not tell its time' }
  const off = theirs - (before + Date.now()) / 2
  if (Math.abs(off) <= SKEW_MS) return { state: 'ok', detail: 'agrees with this machine' }
  return {
    state: 'warning',
    detail: `this machine is ${Math.round(Math.abs(off) / 1000)} s ${off > 0 ? 'behind' : 'ahead'}; set its clock`,
  }
}

function keyFinding(viewer: Awaited<ReturnType<Chimney['viewer']>>): Omit<Finding, 'check'> {
  const { entity, scope, key } = viewer
  const ends = key?.expires_at == null ? Number.POSITIVE_INFINITY : Date.parse(key.expires_at) - Date.now()
  if (ends < SOON_MS)
    return {
      state: 'warning',
      detail: `of ${entity}, ${scope}; it expires at ${key?.expires_at}: chimney keys rotate ${key?.id}`,
    }
  if (key === null && scope === 'admin')
    return {
      state: 'warning',
      detail: `of ${entity}, ${scope}: the deployment's first key, for everyday use make another: chimney keys create`,
    }
  return { state: 'ok', detail: `of ${entity}, ${scope}` }
}

/** A sweep of one trial from its creation to its best value. */
async function sweep(client: Chimney): Promise<Omit<Finding, 'check'>> {
  const begun = Date.now()
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
      return { state: 'broken', detail: `a new sweep handed out no trial: ${next.kind}` }
    const { run_path: run, attempt } = next.trial
    await client.postMetrics(run, { points: [{ step: 1, values: { loss: 0.25 } }], attempt })
    await client.finish(run, { state: 'finished', attempt })
    const best = await client.best(path)
    const rows = await client.history(run)
    await client.deleteRun(run)
    if (best?.value !== 0.25 || rows.length !== 1)
      return { state: 'broken', detail: 'what a trial reported was not found again' }
    return { state: 'ok', detail: `made, tried, finished, read and deleted in ${Date.now() - begun} ms` }
  } finally {
    await client.deleteSweep(path)
  }
}

async function agents(client: Chimney): Promise<Omit<Finding, 'check'>> {
  const queues = await client.listAgents()
  const dead = queues.filter((queue) => queue.dead > 0)
  if (dead.length > 0)
    return {
      state: 'warning',
      detail: dead
        .map(
          (queue) =>
            `${queue.dead} dead letters of ${queue.agent}; see its log, then: chimney redrive ${queue.agent}`,
        )
        .join('; '),
    }
  if (queues.length === 0) return { state: 'ok', detail: 'none' }
  return {
    state: 'ok',
    detail: queues
      .map((queue) => `${queue.agent} (${queue.waiting} waiting, ${queue.in_flight} in flight)`)
      .join(', '),
  }
}
