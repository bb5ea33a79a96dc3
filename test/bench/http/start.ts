import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Wire } from '../../flow/world.ts'
import type { Order } from './cloud.ts'

export interface Bench {
  readonly url: string
  readonly key: string
  readonly entity: string
  /** Over connections that stay open. Throws when the answer is not `status`. */
  readonly call: (status: number, method: string, path: string, body?: unknown) => Promise<Wire>
  /** Creates one, and answers its path. */
  readonly sweep: (config: object) => Promise<string>
  /** Makes the sweep look as if so many trials had finished. */
  readonly seed: (sweep: string, trials: number) => Promise<void>
  /** Milliseconds of a processor that the service and its table have used so far; whatever else the machine does is not in it. */
  readonly spent: () => Promise<number>
  readonly stop: () => Promise<void>
}

export const PROJECT = 'bench'

/** Starts the local cloud in a separate process, with its data on disk as `npm start` does. */
export async function startBench(): Promise<Bench> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chimney-bench-'))
  const child = fork(new URL('cloud.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const order = (what: Order) =>
    new Promise<Wire>((resolve, reject) => {
      const dead = () => reject(new Error('the cloud has died'))
      child.once('exit', dead)
      child.once('message', ({ answer, error }: Wire) => {
        child.off('exit', dead)
        if (error === undefined) resolve(answer)
        else reject(new Error(error))
      })
      child.send(what)
    })
  const { url, key, entity } = await order({ do: 'start', dataDir })
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
          else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${answer}`))
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
    sweep: async (config) => {
      const sweeps = `/v1/${entity}/${PROJECT}/sweeps`
      return `${sweeps}/${(await call(201, 'POST', sweeps, config)).id}`
    },
    seed: (sweep, trials) => order({ do: 'seed', sweep: { entity, project: PROJECT, sweep }, trials }),
    spent: () => order({ do: 'spent' }),
    stop: async () => {
      agent.destroy()
      await order({ do: 'stop' })
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
