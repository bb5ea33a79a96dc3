/** What goes wrong on the way, and what must not be lost by it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import { endsWithin } from '../client.ts'
import { type Fault, faultyProxy } from '../faulty-proxy.ts'
import { assertEveryStep, ENTITY, type Group, ok, printedValue, rowsOf, trialsOf, until } from '../flow.ts'
import { startServer } from '../server.ts'

const NONE: Fault = { kind: 'none' }
const refusal = (status: number): Fault => ({ kind: 'answer', status, body: '{"message":"unavailable"}' })

/** In a circle, for requests that are new. One that comes again passes, as the client gives up some questions after 20 s. */
const NETWORK: readonly Fault[] = [
  { kind: 'lost' },
  NONE,
  refusal(503),
  NONE,
  { kind: 'late', ms: 1_500 },
  { kind: 'reset' },
  NONE,
  refusal(429),
  NONE,
  refusal(502),
  NONE,
]

/** How DynamoDB refuses what comes too fast; the service has to make something of it that the client tries again. */
const THROTTLED: Fault = {
  kind: 'answer',
  status: 400,
  headers: { 'Content-Type': 'application/x-amz-json-1.0' },
  body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"too fast"}',
}

export const TROUBLE: Group = [
  {
    title: 'the server killed and restarted while a run logs',
    core: false,
    run: async ({ folder, clientAt }) => {
      const server = await startServer(folder())
      try {
        const script = clientAt(server.url).start('python', ['slow.py'], { STEPS: '50' })
        await until('the start of the run', 60, async () => script.output().includes('STARTED'))
        for (let i = 0; i < 2; i++) {
          await setTimeout(4_000)
          await server.kill()
          await setTimeout(1_000)
          await server.start()
        }
        ok(await endsWithin(script, 120))
        await assertEveryStep(server, 'trouble', 'slowrun', 50)
      } finally {
        await server.kill()
      }
    },
  },
  {
    title: 'a network that loses, delays and refuses requests',
    core: false,
    run: async ({ server, clientAt }) => {
      let asked = 0
      const waiting = new Set<string>()
      const proxy = await faultyProxy(server.url, ({ url = '' }, body) => {
        // The probe comes without being repeated, and a refusal of it starts telemetry.
        if (url.startsWith('/sdk/')) return NONE
        // Whatever its fault was, the next one of its kind is the repetition.
        if (waiting.delete(url + body)) return NONE
        waiting.add(url + body)
        return NETWORK[asked++ % NETWORK.length]!
      })
      try {
        const before = await sweepsOf(server.get)
        const script = clientAt(proxy.url).start('python', ['bad_network.py'])
        const sweep = printedValue(ok(await endsWithin(script, 240)), 'SWEEP')
        assert.deepEqual(await sweepsOf(server.get), [...before, sweep])
        const trials = await trialsOf(server, 'network', sweep)
        assert.deepEqual(
          trials.map(({ state, attempt, params }) => [state, attempt, params.a]),
          [
            ['finished', 1, 1],
            ['finished', 1, 2],
          ],
        )
        for (const { run } of trials) await assertEveryStep(server, 'network', run, 20)
        for (const kind of ['lost', 'reset', 'late', 'answer']) assert.ok(proxy.counts[kind]! > 0, kind)
      } finally {
        await proxy.stop()
      }

      async function sweepsOf(get: typeof server.get): Promise<string[]> {
        const found = await get(`/v1/${ENTITY}/network/sweeps`).catch(() => ({ items: [] }))
        return found.items.map(({ id }: { id: string }) => id)
      }
    },
  },
  {
    title: 'a store that refuses and dawdles while a run logs',
    core: false,
    run: async ({ folder, clientAt }) => {
      const data = folder()
      const dynamo = await startDynamo(join(data, 'table'))
      let refusedUntil = 0
      const slow: Fault = { kind: 'late', ms: 400 }
      const proxy = await faultyProxy(dynamo.endpoint, () => (Date.now() < refusedUntil ? THROTTLED : slow))
      const server = await startServer(data, { DYNAMODB_ENDPOINT: proxy.url })
      try {
        const script = clientAt(server.url).start('python', ['slow.py'], { STEPS: '40' })
        await until('the start of the run', 60, async () => script.output().includes('STARTED'))
        // Longer than the service retries: the client has to repeat its request.
        refusedUntil = Date.now() + 20_000
        ok(await endsWithin(script, 120))
        assert.ok(Date.now() > refusedUntil, 'the run ended before the store recovered')
        assert.ok(proxy.counts.answer! > 0)
        await assertEveryStep(server, 'trouble', 'slowrun', 40)
      } finally {
        await server.kill()
        await proxy.stop()
        await dynamo.stop()
      }
    },
  },
  {
    title: 'large lines, plain and gzipped',
    core: false,
    run: async ({ server, clientAt }) => {
      let zipped = 0
      let heaviest = 0
      const proxy = await faultyProxy(server.url, ({ url, headers }) => {
        if (url?.endsWith('/file_stream')) {
          if (headers['content-encoding'] === 'gzip') zipped++
          heaviest = Math.max(heaviest, Number(headers['content-length']))
        }
        return NONE
      })
      try {
        const client = clientAt(proxy.url)
        for (const env of [{}, { WANDB__FILE_STREAM_NO_GZIP: 'false' }]) {
          const run = printedValue(ok(await client.run('python', ['large_lines.py'], 120, env)), 'RUN')
          await assertEveryStep(server, 'large', run, 50)
          const rows = await rowsOf(server, 'large', run)
          assert.deepEqual(
            rows.map((row) => row.text?.length ?? row.text),
            rows.map((_, i) => (i === 30 ? undefined : 200_000)),
          )
          // A line that no item of the table can hold loses its large value, and nothing else.
          assert.deepEqual(rows[30].blob, { _type: 'omitted', size: 1_000_002 })
        }
        assert.ok(zipped > 0, 'no request came gzipped')
        assert.ok(heaviest > 6_000_000, `the heaviest request had ${heaviest} bytes`)
      } finally {
        await proxy.stop()
      }
    },
  },
]
