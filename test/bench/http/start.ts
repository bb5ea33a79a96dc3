import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Wire } from '../../flow/world.ts'
import type { Command, Engine } from './cloud.ts'

export interface Bench {
  readonly url: string
  readonly key: string
  readonly entity: string
  /** Uses persistent connections. Throws when the response is not `status`. */
  readonly call: (status: number, method: string, path: string, body?: unknown) => Promise<Wire>
  /** Creates a sweep and returns its path. */
  readonly createSweep: (config: object) => Promise<string>
  /** Adds finished trials to the sweep. */
  readonly seed: (sweep: string, trials: number) => Promise<void>
  /** CPU milliseconds used by the service and its table so far, and by the thread that answers requests. */
  readonly cpuMs: () => Promise<{ readonly all: number; readonly thread: number }>
  readonly stop: () => Promise<void>
}

export const PROJECT = 'bench'

/** Starts the local cloud in a separate process, with its data on disk as `npm start` does. */
export async function startBench(engine: Engine = 'in process'): Promise<Bench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chimney-bench-'))
  const child = fork(new URL('cloud.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const execute = (command: Command) =>
    new Promise<Wire>((resolve, reject) => {
      const onExit = () => reject(new Error('the process of the local cloud exited'))
      child.once('exit', onExit)
      child.once('message', ({ answer, error }: Wire) => {
        child.off('exit', onExit)
        if (error === undefined) resolve(answer)
        else reject(new Error(error))
      })
      child.send(command)
    })
  const { url, key, entity } = await execute({ do: 'start', dataDir, engine })
  const agent = new Agent({ keepAlive: true })

  const call: Bench['call'] = (status, method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      const headers = {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }),
      }
      const sent = request(url + path, { method, agent, headers }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const answer = Buffer.concat(parts).toString()
          if (response.statusCode === status) resolve(answer === '' ? undefined : JSON.parse(answer))
          else reject(new Error(`${method} ${path} returned ${response.statusCode}: ${answer}`))
        })
      })
      sent.on('error', reject)
      sent.end(text)
    })

  return {
    url,
    key,
    entity,
    call,
    createSweep: async (config) => {
      const sweeps = `/v1/${entity}/${PROJECT}/sweeps`
      return `${sweeps}/${(await call(201, 'POST', sweeps, config)).id}`
    },
    seed: (sweep, trials) => execute({ do: 'seed', sweep: { entity, project: PROJECT, sweep }, trials }),
    cpuMs: () => execute({ do: 'cpuMs' }),
    stop: async () => {
      agent.destroy()
      await execute({ do: 'stop' })
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
