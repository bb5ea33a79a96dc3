/**
 * `npm run bench -- latency`: CPU time of one suggestion, by method, number of parameters, and finished and running trials. Each
 * request has one more finished trial than the last, as in a warm function. The first one fills the sampler's caches.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { rngOf } from '@chimney/core/math/rng'
import { samplerFor } from '@chimney/core/samplers/pick'
import type { Observation } from '@chimney/core/samplers/sampler'
import { numberOf } from '@chimney/core/schema/json'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import { paramsOf } from '@chimney/core/space/point'
import { table, withMeasured } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { median, quantile } from '../statistics.ts'

const PAGE = new URL('../../../docs/benchmarks.md', import.meta.url)
const METHODS = ['bayes', 'gp', 'tpe', 'cmaes']
const AXES = [6, 20]
const FINISHED = [100, 1_000, 10_000]
const RUNNING = [4, 100]
/** With 100 requests after the first, the second longest is the 99th percentile, so that one pause of the machine does not decide. */
const REQUESTS = 101

/** Milliseconds. */
interface Latency {
  readonly method: string
  readonly axes: number
  readonly finished: number
  readonly running: number
  readonly first: number
  readonly p50: number
  readonly p99: number
}

export async function runLatency(options: BenchOptions): Promise<readonly Latency[]> {
  const methods = options.methods === '' ? METHODS : options.methods.split(',')
  const rows: Latency[] = []
  for (const method of methods)
    for (const axes of AXES)
      for (const finished of FINISHED)
        for (const running of RUNNING) {
          const row = measured(method, axes, finished, running, options.seeds || REQUESTS)
          const { first, p50, p99 } = row
          const figures = [first, p50, p99].map((value) => value.toFixed(1))
          console.log(
            `${method.padEnd(6)} ${axes} axes, ${finished} finished, ${running} running: first ${figures[0]}, p50 ${figures[1]}, p99 ${figures[2]} ms`,
          )
          rows.push(row)
        }
  if (options.write)
    await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), render(rows), 'latency'))
  return rows
}

/** Of five parameters three are real, one is an integer and one is categorical. */
function parametersOf(axes: number): { [name: string]: object } {
  const kinds = [
    { distribution: 'uniform', min: 0, max: 1 },
    { distribution: 'uniform', min: 0, max: 1 },
    { distribution: 'uniform', min: 0, max: 1 },
    { min: 1, max: 100 },
    { values: ['a', 'b', 'c', 'd'] },
  ]
  return Object.fromEntries(Array.from({ length: axes }, (_, i) => [`x${i}`, kinds[i % kinds.length]!]))
}

function measured(
  method: string,
  axes: number,
  finished: number,
  running: number,
  requests: number,
): Latency {
  const { config } = parseSweepConfig(
    JSON.stringify({ method, metric: { name: 'loss' }, parameters: parametersOf(axes) }),
  )
  const space = buildSpace(config.parameters)
  // A warm function caches the sampler and the trials of a sweep.
  const sampler = samplerFor(config, space)
  const rng = rngOf(1, 1)
  const trials = Array.from({ length: finished + requests + running }, (_, i): Observation => {
    const point = space.dimensions.map((dimension) => dimension.decode(rng.uniform()))
    const loss = point.reduce<number>((sum, value, d) => {
      const x = numberOf(value) ?? (value === 'b' ? 0 : 1)
      return sum + (x / (x > 1 ? 100 : 1) - 0.1 * (d % 7)) ** 2
    }, 0)
    return { number: i + 1, params: paramsOf(space, point), loss }
  })
  const millis: number[] = []
  for (let request = 0; request < requests; request++) {
    const count = finished + request
    const history = {
      observations: trials.slice(0, count),
      infeasible: [],
      pending: trials.slice(count, count + running),
    }
    const slots = [{ number: count + running + 1, index: count + running }]
    const start = process.cpuUsage()
    sampler.suggest({ space, seed: 5, slots, history, enqueued: [] })
    const { user, system } = process.cpuUsage(start)
    millis.push((user + system) / 1000)
  }
  const warm = millis.slice(1)
  return { method, axes, finished, running, first: millis[0]!, p50: median(warm), p99: quantile(warm, 0.99) }
}

function render(rows: readonly Latency[]): string {
  const cells = rows.map(({ method, axes, finished, running, first, p50, p99 }) => [
    method,
    ...[axes, finished, running].map((count) => count.toLocaleString('en-US')),
    ...[p50, p99, first].map((millis) => millis.toFixed(1)),
  ])
  const head = ['Method', 'Axes', 'Finished', 'Running', 'p50 ms', 'p99 ms', 'First ms']
  const machine = `${availableParallelism()} shared cores and a load average of ${loadavg()[1]!.toFixed(0)}`
  return `\n${table(head, cells)}\nMeasured with Node ${process.versions.node} on ${machine}: other load on the machine increases the figures.\n\n`
}
