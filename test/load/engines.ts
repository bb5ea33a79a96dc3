import { cpus, loadavg } from 'node:os'
import type { Engine } from '../bench/http/cloud.ts'
import { startBench } from '../bench/http/start.ts'
import { table } from '../bench/markers.ts'
import { median, quantile } from '../bench/statistics.ts'
import { measureOthers } from '../server/readers.ts'
import { runAgents } from './agents.ts'

const SWEEP = {
  metric: { name: 'loss', goal: 'minimize' },
  parameters: {
    learning_rate: { min: 0.0001, max: 0.1 },
    hidden_units: { min: 16, max: 1024 },
    tag: { value: 'x' },
  },
  seed: 7,
}
const CASES: readonly { readonly method: string; readonly engine: Engine }[] = [
  { method: 'random', engine: 'socket' },
  { method: 'random', engine: 'in process' },
  { method: 'bayes', engine: 'socket' },
  { method: 'bayes', engine: 'in process' },
  { method: 'bayes', engine: 'search thread' },
]
const ROUNDS = 3
const AGENTS = 60
const TRIALS = 400
const WARM_UP = 50

/**
 * `npm run bench -- engine`: 60 agents with trials that take no time, at the local cloud with its tables behind a socket, in its
 * process, and with suggestions from a thread, in turn. The machine's other work affects all of them, so processor time and ratios are
 * the result.
 */
export async function runEngines(): Promise<unknown> {
  const results: Awaited<ReturnType<typeof measure>>[] = []
  for (let round = 0; round < ROUNDS; round++)
    for (const { method, engine } of CASES) results.push(await measure(method, engine))
  type Figure = 'perSecond' | 'cpuMs' | 'threadMs' | 'p50' | 'p99' | 'othersP50' | 'othersP99'
  const of = (method: string, engine: Engine, figure: Figure) =>
    median(results.filter((one) => one.method === method && one.engine === engine).map((one) => one[figure]))
  const rows = CASES.map(({ method, engine }) => [
    method,
    engine,
    of(method, engine, 'perSecond').toFixed(1),
    (of(method, engine, 'perSecond') / of(method, 'socket', 'perSecond')).toFixed(1),
    of(method, engine, 'cpuMs').toFixed(1),
    of(method, engine, 'threadMs').toFixed(1),
    of(method, engine, 'p50').toFixed(0),
    of(method, engine, 'p99').toFixed(0),
    of(method, engine, 'othersP50').toFixed(0),
    of(method, engine, 'othersP99').toFixed(0),
  ])
  const machine = `Node ${process.versions.node}, ${cpus().length} shared cores, load average ${loadavg()[0]!.toFixed(0)}`
  const head = [
    'method',
    'service',
    'trials/s',
    'ratio',
    'CPU ms per trial',
    'in the main thread',
    'next trial p50 ms',
    'p99 ms',
    'others p50 ms',
    'p99 ms',
  ]
  console.log(`${table(head, rows)}\n${machine}; service and agents on the same machine.`)
  return { machine, results }
}

async function measure(method: string, engine: Engine) {
  const bench = await startBench(engine)
  try {
    const { url, key } = bench
    const first = await bench.createSweep({ ...SWEEP, method: 'random' })
    await runAgents({ url, key, sweep: first, agents: 10, trials: WARM_UP, trainMs: 0 })
    const sweep = await bench.createSweep({ ...SWEEP, method })
    const others = measureOthers(bench, '/v1/viewer')
    const before = await bench.cpuMs()
    const { lost, double, ...figures } = await runAgents({
      url,
      key,
      sweep,
      agents: AGENTS,
      trials: TRIALS,
      trainMs: 0,
    })
    if (lost + double > 0) throw new Error(`${lost} trials were lost and ${double} handed out twice`)
    const after = await bench.cpuMs()
    const latencies = await others.stop()
    const result = {
      ...figures,
      method,
      engine,
      cpuMs: (after.all - before.all) / figures.trials,
      threadMs: (after.thread - before.thread) / figures.trials,
      othersP50: quantile(latencies, 0.5),
      othersP99: quantile(latencies, 0.99),
    }
    console.log(JSON.stringify(result))
    return result
  } finally {
    await bench.stop()
  }
}
