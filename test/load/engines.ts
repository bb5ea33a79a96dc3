import { cpus, loadavg } from 'node:os'
import type { Engine } from '../bench/http/cloud.ts'
import { startBench } from '../bench/http/start.ts'
import { table } from '../bench/markers.ts'
import { median } from '../bench/statistics.ts'
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
const METHODS = ['random', 'bayes'] as const
const ENGINES: readonly Engine[] = ['socket', 'in process']
const ROUNDS = 3
const AGENTS = 60
const TRIALS = 400
const WARM_UP = 50

/**
 * `npm run bench -- engine`: 60 agents with trials that take no time, at the local cloud with its tables behind a socket and in its
 * process, in turn. The machine's other work affects both, so the ratios are the result.
 */
export async function runEngines(): Promise<unknown> {
  const results: {
    method: string
    engine: Engine
    perSecond: number
    cpuMs: number
    p50: number
    p99: number
  }[] = []
  for (let round = 0; round < ROUNDS; round++)
    for (const method of METHODS) for (const engine of ENGINES) results.push(await measure(method, engine))
  const of = (method: string, engine: Engine, figure: 'perSecond' | 'cpuMs' | 'p50' | 'p99') =>
    median(results.filter((one) => one.method === method && one.engine === engine).map((one) => one[figure]))
  const rows = METHODS.flatMap((method) =>
    ENGINES.map((engine) => [
      method,
      engine,
      of(method, engine, 'perSecond').toFixed(1),
      (of(method, engine, 'perSecond') / of(method, 'socket', 'perSecond')).toFixed(1),
      of(method, engine, 'cpuMs').toFixed(1),
      of(method, engine, 'p50').toFixed(0),
      of(method, engine, 'p99').toFixed(0),
    ]),
  )
  const machine = `Node ${process.versions.node}, ${cpus().length} shared cores, load average ${loadavg()[0]!.toFixed(0)}`
  const head = ['method', 'tables', 'trials/s', 'ratio', 'CPU ms per trial', 'next trial p50 ms', 'p99 ms']
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
    const result = { ...figures, method, engine, cpuMs: ((await bench.cpuMs()) - before) / figures.trials }
    console.log(JSON.stringify(result))
    return result
  } finally {
    await bench.stop()
  }
}
