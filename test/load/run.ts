import { cpus, loadavg } from 'node:os'
import { startBench } from '../bench/http/start.ts'
import { table } from '../bench/markers.ts'
import { type LoadFigures, runAgents } from './agents.ts'

const CONFIG = {
  method: 'random',
  metric: { name: 'loss', goal: 'minimize' },
  parameters: {
    learning_rate: { min: 0.0001, max: 0.1 },
    hidden_units: { min: 16, max: 1024 },
    tag: { value: 'x' },
  },
  seed: 7,
}
/** Agents at a new sweep, and at sweeps with finished trials. */
const CASES = [
  { agents: 10, finished: 0, trials: 100 },
  { agents: 100, finished: 0, trials: 500 },
  { agents: 1_000, finished: 0, trials: 2_000 },
  { agents: 100, finished: 1_000, trials: 500 },
  { agents: 100, finished: 10_000, trials: 500 },
] as const
const MORE = [{ agents: 100, finished: 100_000, trials: 500 }] as const
const TRAIN_MS = 1_000
/** Trials of another sweep first, to warm up the code. */
const WARM_UP = 50

/**
 * `npm run bench -- load`: agents with trials of 1 s at one sweep of the local cloud, all on one machine. With `CHIMNEY_LOAD=all`
 * also after 100,000 finished trials, which takes some minutes to prepare.
 */
export async function runLoad(): Promise<unknown> {
  const results: (LoadFigures & { finished: number; cpuMs: number })[] = []
  for (const { agents, finished, trials } of process.env.CHIMNEY_LOAD === 'all'
    ? [...CASES, ...MORE]
    : CASES) {
    const bench = await startBench()
    try {
      const sweep = await bench.createSweep(CONFIG)
      if (finished > 0) await bench.seed(sweep.slice(sweep.lastIndexOf('/') + 1), finished)
      const { url, key } = bench
      await runAgents({
        url,
        key,
        sweep: await bench.createSweep(CONFIG),
        agents: 10,
        trials: WARM_UP,
        trainMs: 0,
      })
      const before = await bench.cpuMs()
      const figures = await runAgents({ url, key, sweep, agents, trials, trainMs: TRAIN_MS })
      const result = {
        finished,
        ...figures,
        cpuMs: ((await bench.cpuMs()).all - before.all) / figures.trials,
      }
      console.log(JSON.stringify(result))
      results.push(result)
    } finally {
      await bench.stop()
    }
  }
  const machine = `Node ${process.versions.node}, ${cpus().length} shared cores, load average ${loadavg()[0]!.toFixed(0)}`
  const rows = results.map((one) => [
    one.agents.toLocaleString('en-US'),
    one.finished.toLocaleString('en-US'),
    String(one.trials),
    one.perSecond.toFixed(1),
    one.p50.toFixed(0),
    one.p99.toFixed(0),
    one.cpuMs.toFixed(0),
    String(one.lost),
    String(one.double),
  ])
  const head = [
    'agents',
    'finished before',
    'trials',
    'trials/s',
    'p50 ms',
    'p99 ms',
    'CPU ms per trial',
    'lost',
    'double',
  ]
  console.log(`${table(head, rows)}\n${machine}; service, table and agents on the same machine.`)
  const wrong = results.filter(({ lost, double }) => lost + double > 0)
  if (wrong.length > 0) throw new Error(`trials were lost or handed out twice: ${JSON.stringify(wrong)}`)
  return { machine, results }
}
