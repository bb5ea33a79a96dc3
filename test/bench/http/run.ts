import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { rngOf } from '@chimney/core/math/rng'
import type { Wire } from '../../flow/world.ts'
import { table, withMeasured } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { type Figures, load, medianOfRounds } from './load.ts'
import { type Bench, PROJECT, startBench } from './start.ts'

const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url)
const ROUNDS = 5
const WARM_UP = 50
/** One client measures latency, several measure throughput. */
const LOADS = [
  { clients: 1, requests: 100 },
  { clients: 8, requests: 200 },
] as const
const MOST_CLIENTS = 8
const FINISHED = [100, 1_000, 10_000] as const
const CONFIG = {
  method: 'random',
  metric: { name: 'val/loss', goal: 'minimize' },
  parameters: {
    learning_rate: { distribution: 'log_uniform_values', min: 1e-5, max: 1e-1 },
    batch_size: { values: [16, 32, 64, 128] },
    hidden_units: { min: 16, max: 1024 },
    dropout: { min: 0.0, max: 0.6 },
    optimizer: { values: ['adam', 'adamw', 'sgd', 'rmsprop'] },
    weight_decay: { distribution: 'log_uniform_values', min: 1e-6, max: 1e-2 },
  },
  seed: 7,
}
const METRICS = ['train/loss', 'train/accuracy', 'val/loss', 'val/accuracy', 'learning_rate']

interface Case {
  readonly name: string
  readonly send: (client: number) => Promise<unknown>
  /** Runs before each load of `requests` requests. Not measured. */
  readonly prepare?: (requests: number) => Promise<void>
}

/** `npm run bench -- http`: the local cloud under load; `write` updates the page. */
export async function runHttp({ write }: BenchOptions): Promise<unknown> {
  const bench = await startBench()
  const rounds: Figures[] = []
  try {
    const cases = await casesOf(bench)
    for (const { name, send, prepare } of cases) {
      await prepare?.(WARM_UP)
      await load(name, MOST_CLIENTS, WARM_UP, send)
    }
    // Every round runs every case, so that a busy minute of the machine affects all of them.
    for (let round = 0; round < ROUNDS; round++)
      for (const { name, send, prepare } of cases)
        for (const { clients, requests } of LOADS) {
          await prepare?.(requests)
          rounds.push(await load(name, clients, requests, send))
        }
  } finally {
    await bench.stop()
  }
  const figures = medianOfRounds(rounds)
  const when = new Date().toISOString().slice(0, 7)
  const machine = `Node ${process.versions.node}, ${cpus().length} shared cores and a load average of ${loadavg()[0]!.toFixed(0)}`
  const text = render(figures, when, machine)
  console.log(text)
  if (write) await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), text, 'http'))
  return { when, machine, figures }
}

async function casesOf(bench: Bench): Promise<readonly Case[]> {
  const { call, entity } = bench
  const project = `/v1/${entity}/${PROJECT}`
  const create = async (): Promise<string> => (await call(201, 'POST', `${project}/sweeps`, CONFIG)).id
  const take = async (sweep: string, count: number): Promise<Wire[]> =>
    (await call(201, 'POST', `${project}/sweeps/${sweep}/trials`, { count })).trials

  const next: Case[] = []
  for (const finished of FINISHED) {
    const sweep = await create()
    await bench.seed(sweep, finished)
    const name = `next trial, ${finished.toLocaleString('en-US')} finished`
    next.push({ name, send: () => take(sweep, 1) })
  }

  const sweep = await create()
  const own = await take(sweep, MOST_CLIENTS)
  const random = rngOf(1, 1).uniform
  let step = 0
  const metrics = (steps: number): Case => ({
    name: `metrics, ${steps} ${steps === 1 ? 'step' : 'steps'} × 5`,
    send: (client) => {
      const points = Array.from({ length: steps }, () => ({
        step: step++,
        values: Object.fromEntries(METRICS.map((metric) => [metric, random()])),
      }))
      return call(200, 'POST', `${project}/runs/${own[client].run}/metrics`, { points })
    },
  })

  const running: string[] = []
  const finish: Case = {
    name: 'finish',
    prepare: async (requests) => {
      while (running.length < requests) running.push(...(await take(sweep, 100)).map(({ run }) => run))
    },
    send: () => call(200, 'POST', `${project}/runs/${running.pop()}/finish`, { state: 'finished' }),
  }
  return [
    { name: 'GET /healthz', send: () => call(200, 'GET', '/healthz') },
    { name: 'create sweep', send: create },
    ...next,
    metrics(1),
    metrics(50),
    finish,
  ]
}

function render(figures: readonly Figures[], when: string, machine: string): string {
  const names = [...new Set(figures.map(({ name }) => name))]
  const rows = names.map((name) => [
    name,
    ...figures
      .filter((one) => one.name === name)
      .flatMap(({ perSecond, p50, p99 }) => [perSecond.toFixed(0), p50.toFixed(1), p99.toFixed(1)]),
  ])
  const head = ['Call', ...LOADS.flatMap(({ clients }) => [`${clients}: requests/s`, 'p50 ms', 'p99 ms'])]
  return `\n${table(head, rows)}\nMeasured in ${when} with ${machine}. The column heads give the number of clients.\n\n`
}
