/**
 * Processor time of one suggestion (whatever else the machine does), by method, dimensions and finished trials, with four trials running.
 *
 *   npx tsx test/bench/search-latency.ts [--methods bayes,gp,tpe] [--requests 30] [--json]
 *
 * Each request sees one more finished trial than the one before, as a warm function would. `first` is the first request,
 * which finds nothing prepared.
 */
import { parseArgs } from 'node:util'
import { rngOf } from '@chimney/core/math/rng'
import { samplerFor } from '@chimney/core/samplers/pick'
import type { Observation } from '@chimney/core/samplers/sampler'
import { numberOf } from '@chimney/core/schema/json'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { buildSpace } from '@chimney/core/space/build-space'
import { paramsOf } from '@chimney/core/space/point'

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: 'bayes,gp,tpe' },
    requests: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
})

const names = (count: number) => Array.from({ length: count }, (_, i) => `x${i}`)

for (const method of values.methods.split(',')) {
  for (const dimensions of [6, 20]) {
    for (const finished of [100, 1_000, 10_000]) {
      const requests = Number(values.requests)
      const { config } = parseSweepConfig(
        JSON.stringify({
          method,
          metric: { name: 'loss' },
          parameters: Object.fromEntries(
            names(dimensions).map((name, i) => [
              name,
              i % 5 === 4
                ? { values: ['a', 'b', 'c', 'd'] }
                : i % 5 === 3
                  ? { min: 1, max: 100 }
                  : { distribution: 'uniform', min: 0, max: 1 },
            ]),
          ),
        }),
      )
      const space = buildSpace(config.parameters)
      const rng = rngOf(1, 1)
      const trials = Array.from({ length: finished + requests + 4 }, (_, i): Observation => {
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
        const start = process.cpuUsage()
        samplerFor(config, space).suggest({
          space,
          seed: 5,
          slots: [{ number: count + 5, index: count + 4 }],
          history: {
            observations: trials.slice(0, count),
            infeasible: [],
            pending: trials.slice(count, count + 4),
          },
          enqueued: [],
        })
        const { user, system } = process.cpuUsage(start)
        millis.push((user + system) / 1000)
      }
      const [first] = millis
      const sorted = millis.slice(1).sort((a, b) => a - b)
      const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
      const row = { method, dimensions, finished, first: first!, p50: at(0.5), p99: at(0.99) }
      const text = `${method.padEnd(6)} ${dimensions} axes, ${String(finished).padStart(5)} trials: first ${row.first.toFixed(1)}  p50 ${row.p50.toFixed(1)}  p99 ${row.p99.toFixed(1)} ms`
      console.log(values.json ? JSON.stringify(row) : text)
    }
  }
}
