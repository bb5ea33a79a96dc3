/** Test helper: the whole app over the embedded table, and the messages that W&B clients send. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deps } from '../deps.ts'
import { diskFiles } from '../files/disk-files.ts'
import { createApp } from '../http/app.ts'
import { hashKey } from '../http/auth/authenticator.ts'
import { ENTITY, KEY, type TestApp, testApp } from '../http/test-app.ts'
import { mountWandb } from './wandb-api.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read responses of every shape
type Shape = any

export interface TestWandb extends TestApp {
  /** Sends a GraphQL request; returns status and body. */
  readonly ask: (
    query: string,
    variables?: object,
    key?: string | null,
  ) => Promise<{ status: number; body: Shape }>
  /** Field `data` of a response that must be 200 without errors. */
  readonly data: (query: string, variables?: object) => Promise<Shape>
  /** Posts to a run's file stream. */
  readonly stream: (run: string, body: object | string) => Promise<{ status: number; body: Shape }>
  /** Creates a sweep; returns its id. */
  readonly sweep: (config: string) => Promise<string>
  /** Registers an agent; returns its id. */
  readonly agent: (sweep: string) => Promise<string>
  /** Sends an agent heartbeat with these running runs. */
  readonly beat: (agent: string, ...running: string[]) => Promise<Command[]>
  /** Sends what a training process sends at its start. */
  readonly init: (run: string, more?: object) => Promise<void>
}

export interface Command {
  readonly type: string
  readonly run_id?: string
  readonly program?: string
  readonly args?: Record<string, { value: unknown }>
}

export const UPSERT_SWEEP =
  'mutation UpsertSweep($id: ID, $config: String, $entityName: String, $projectName: String, $state: String, $priorRunsFilters: JSONString) { upsertSweep(input: {id: $id, config: $config, entityName: $entityName, projectName: $projectName, state: $state, priorRunsFilters: $priorRunsFilters}) { sweep { name project { id name entity { id name } } } configValidationWarnings } }'
const CREATE_AGENT =
  'mutation CreateAgent($host: String!, $sweep: String!) { createAgent(input: {host: $host, sweep: $sweep}) { agent { id } } }'
const HEARTBEAT =
  'mutation Heartbeat($id: ID!, $metrics: JSONString, $runState: JSONString) { agentHeartbeat(input: {id: $id, metrics: $metrics, runState: $runState}) { agent { id } commands } }'
export const UPSERT_BUCKET =
  'mutation UpsertBucket($id: String, $name: String, $project: String, $entity: String, $config: JSONString, $sweep: String, $tags: [String!], $notes: String) { upsertBucket(input: {id: $id, name: $name, modelName: $project, entityName: $entity, config: $config, sweep: $sweep, tags: $tags, notes: $notes}) { bucket { id name displayName config sweepName historyLineCount project { id name entity { id name } } } inserted } }'
export const PROJECT = 'digits'

/** `change` may replace ports, for example by a store that fails at times. */
export async function testWandb(change: (deps: Deps) => Deps = (deps) => deps): Promise<TestWandb> {
  const test = await testApp()
  const folder = await mkdtemp(join(tmpdir(), 'wandb-'))
  const files = diskFiles({
    folder,
    baseUrl: 'http://chimney.test/storage',
    secret: 'secret',
    clock: test.clock,
  })
  const deps = change({ ...test.deps, files })
  const app = createApp(deps, {
    masterKey: { hash: hashKey(KEY), entity: ENTITY },
    mount: (mounted, tools) => mountWandb(mounted, deps, tools),
  })
  const post = async (path: string, body: object | string, key: string | null = KEY) => {
    const answer = await app.request(path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(key !== null && { Authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: answer.status, body: await answer.json() }
  }
  const ask: TestWandb['ask'] = (query, variables = {}, key) =>
    post('/graphql', { query, variables, operationName: '' }, key === undefined ? KEY : key)
  const data: TestWandb['data'] = async (query, variables) => {
    const { status, body } = await ask(query, variables)
    if (status !== 200 || body.errors) throw new Error(`${status}: ${JSON.stringify(body.errors)}`)
    return body.data
  }
  return {
    ...test,
    app,
    deps,
    ask,
    data,
    stream: (run, body) => post(`/files/${ENTITY}/${PROJECT}/${run}/file_stream`, body),
    sweep: async (config) =>
      (await data(UPSERT_SWEEP, { config, entityName: ENTITY, projectName: PROJECT })).upsertSweep.sweep.name,
    agent: async (sweep) => (await data(CREATE_AGENT, { host: 'box', sweep })).createAgent.agent.id,
    beat: async (agent, ...running) => {
      const runState = JSON.stringify(Object.fromEntries(running.map((run) => [run, true])))
      return JSON.parse(
        (await data(HEARTBEAT, { id: agent, metrics: '{}', runState })).agentHeartbeat.commands,
      )
    },
    init: async (run, more = {}) => {
      const config = JSON.stringify({ _wandb: { value: { t: { 1: [1] } } } })
      await data(UPSERT_BUCKET, { name: run, project: PROJECT, entity: ENTITY, config, ...more })
    },
    stop: async () => {
      await test.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
