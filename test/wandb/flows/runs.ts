/** What single runs do. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { command } from '../../clients/command.ts'
import { binOf } from '../environments.ts'
import { ENTITY, type Flow, type Group, ok, printedValue, rowsOf, until } from '../flow.ts'
import { KEY, type Server, startServer } from '../server.ts'
import { tlsProxy } from '../tls-proxy.ts'

const CHIMNEY = fileURLToPath(new URL('../../../packages/sdk/bin/chimney.js', import.meta.url))

/** What an import keeps of a project's sweeps and runs, by name. */
async function contentOf(server: Server, project: string) {
  const path = `/v1/${ENTITY}/${project}`
  const sweeps = (await server.get(`${path}/sweeps`)).items.map(
    // biome-ignore lint/suspicious/noExplicitAny: flows look into answers of every shape
    ({ name, metric, best, trials, config }: any) => [
      name,
      metric,
      best?.value,
      trials.finished,
      config.parameters,
    ],
  )
  const runs = []
  for (const { id } of (await server.get(`${path}/runs?limit=100`)).items) {
    const { name, config, summary, tags, notes, group, state, started_at } = await server.get(
      `${path}/runs/${id}`,
    )
    // REST takes times in milliseconds; W&B's API has those of runs in seconds.
    const rows = (await rowsOf(server, project, id)).map(({ _timestamp, ...row }) => ({
      ...row,
      at: Math.round(_timestamp * 1000),
    }))
    const files = (await server.get(`${path}/runs/${id}/files`)).items
    runs.push({
      ...{ name, config, summary, tags, notes, group, state, rows, started: started_at.slice(0, 19) },
      files: files.map(({ name, size }: { name: string; size: number }) => [name, size]),
    })
  }
  return { sweeps: sortedByText(sweeps), runs: sortedByText(runs) }
}

const sortedByText = <T>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const behindProxy = (title: string, prefix?: string): Flow => ({
  title,
  core: false,
  run: async ({ server, clientAt, folder }) => {
    const proxy = await tlsProxy(server.url, folder(), prefix)
    try {
      const trust = { REQUESTS_CA_BUNDLE: proxy.certificate, SSL_CERT_FILE: proxy.certificate }
      const output = ok(await clientAt(proxy.url).run('python', ['files.py'], 90, trust))
      assert.equal(printedValue(output, 'SAVED'), 'True')
      assert.equal(printedValue(output, 'LOGGED'), 'True')
      const url = `/v1/${ENTITY}/files/runs`
      const [run] = (await server.get(url)).items
      const files = (await server.get(`${url}/${run.id}/files`)).items
      assert.ok(
        files.some(
          ({ name, size }: { name: string; size: number }) => name === 'weights.bin' && size === 300_000,
        ),
      )
    } finally {
      await proxy.stop()
    }
  },
})

export const RUNS: Group = [
  behindProxy('files and artifacts behind a proxy that ends TLS'),
  behindProxy('files and artifacts behind a proxy, under a path', '/chimney'),
  {
    title: 'wandb verify, over HTTPS',
    core: false,
    run: async ({ server, clientAt, folder }) => {
      const proxy = await tlsProxy(server.url, folder())
      try {
        const trust = { REQUESTS_CA_BUNDLE: proxy.certificate, SSL_CERT_FILE: proxy.certificate }
        const ended = await clientAt(proxy.url).run('wandb', ['verify', '--host', proxy.url], 240, trust)
        const output = ok(ended)
        assert.doesNotMatch(output, /❌|⚠|🚨/u)
        assert.match(output, /✅/u)
      } finally {
        await proxy.stop()
      }
    },
  },
  {
    title: 'a project is imported from another server',
    core: false,
    run: async ({ server, client, folder }) => {
      ok(await client.run('python', ['import_source.py'], 120))
      const target = await startServer(folder())
      try {
        const python = join(binOf(`wandb-${client.version}`), 'python')
        const words = ['import', 'wandb', `${ENTITY}/import-source`, '--from', server.url, '--python', python]
        const env = { CHIMNEY_URL: target.url, CHIMNEY_API_KEY: KEY, SOURCE_API_KEY: client.key }
        const run = async () => {
          const all = [process.execPath, CHIMNEY, ...words, '--project', 'copy', '--json']
          const output = await command(all, { env })
          // After the warning that a grid becomes a random search.
          assert.match(output, /^warning: grid: /)
          return JSON.parse(output.slice(output.indexOf('{')))
        }
        const result = await run()
        assert.deepEqual(
          { sweeps: result.sweeps, runs: result.runs, skipped: result.skipped },
          { sweeps: 2, runs: 7, skipped: {} },
        )
        assert.ok(result.files > 0)
        const before = await contentOf(server, 'import-source')
        assert.deepEqual(await contentOf(target, 'copy'), before)
        // What is complete is not repeated.
        assert.deepEqual(await run(), { ...result, files: 0 })
        assert.deepEqual(await contentOf(target, 'copy'), before)
      } finally {
        await target.kill()
      }
    },
  },
  {
    title: 'resume',
    core: false,
    run: async ({ server, client }) => {
      const { run } = JSON.parse(printedValue(ok(await client.run('python', ['resume.py'], 120)), 'RESULT'))
      const rows = await rowsOf(server, 'resume', run)
      assert.deepEqual(
        rows.map((row) => [row._step, row.x]),
        Array.from({ length: 9 }, (_, i) => [i, i]),
      )
      assert.equal((await server.get(`/v1/${ENTITY}/resume/runs/${run}`)).state, 'finished')
    },
  },
  {
    title: 'fork_from',
    core: false,
    run: async ({ server, client }) => {
      const { first, fork } = JSON.parse(
        printedValue(ok(await client.run('python', ['fork.py'], 120)), 'RESULT'),
      )
      const logged = async (run: string) =>
        (await rowsOf(server, 'fork', run)).map((row) => [row._step, row.x])
      assert.deepEqual(
        await logged(fork),
        [0, 1, 2, 3, 40, 50, 60].map((x, step) => [step, x]),
      )
      assert.equal((await logged(first)).length, 6)
    },
  },
  {
    title: 'several processes at one run',
    core: false,
    run: async ({ server, client }) => {
      printedValue(ok(await client.run('python', ['shared.py'], 150)), 'RESULT')
      const rows = await rowsOf(server, 'shared', 'sharedrun')
      const printed = await server.get(`/v1/${ENTITY}/shared/runs/sharedrun/metrics?series=console`)
      for (const who of ['main', 'worker', 'late']) {
        const own = rows.filter((row) => row.who === who)
        assert.deepEqual(
          own.map((row) => row[`${who}/x`]),
          [0, 1, 2, 3, 4],
        )
        for (const step of [0, 4]) assert.ok(JSON.stringify(printed.items).includes(`${who} says ${step}`))
      }
      const { state, summary } = await server.get(`/v1/${ENTITY}/shared/runs/sharedrun`)
      assert.equal(state, 'finished')
      assert.deepEqual([summary['main/x'], summary.done_worker, summary.done_late], [4, true, true])
    },
  },
  {
    title: 'rewind, enqueue_run, API keys',
    core: false,
    run: async ({ server, client }) => {
      // Only an admin's key makes keys.
      const output = ok(await client.run('python', ['extras.py'], 150, { WANDB_API_KEY: KEY }))
      const { rewound, enqueued } = JSON.parse(printedValue(output, 'RESULT'))
      const rows = await rowsOf(server, 'extras', rewound)
      assert.deepEqual(
        rows.map((row) => [row._step, row.x]),
        [0, 1, 2, 3, 40, 50].map((x, step) => [step, x]),
      )
      const run = await server.get(`/v1/${ENTITY}/extras/runs/${enqueued}`)
      assert.deepEqual([run.state, run.config.x], ['finished', 0.125])
    },
  },
  {
    title: 'offline and wandb sync, twice',
    core: false,
    run: async ({ server, client }) => {
      ok(await client.run('python', ['offline.py'], 60, { WANDB_API_KEY: '' }))
      for (let i = 0; i < 2; i++) {
        ok(await client.run('wandb', ['sync', '--yes', '--include-synced'], 90))
        assert.equal((await server.get(`/v1/${ENTITY}/offline/runs/madeoffline`)).state, 'finished')
        const rows = await rowsOf(server, 'offline', 'madeoffline')
        assert.deepEqual(
          rows.map((row) => row.x),
          Array.from({ length: 20 }, (_, x) => x),
        )
      }
    },
  },
  {
    title: 'images, tables, files, artifacts',
    core: false,
    run: async ({ client }) => {
      printedValue(ok(await client.run('python', ['media.py'], 150)), 'RESULT')
    },
  },
  {
    title: 'system metrics, console, alerts, define_metric',
    core: false,
    run: async ({ server, client }) => {
      const { run } = JSON.parse(printedValue(ok(await client.run('python', ['system.py'], 90)), 'RESULT'))
      const printed = await server.get(`/v1/${ENTITY}/system/runs/${run}/metrics?series=console`)
      const text = JSON.stringify(printed.items)
      for (let i = 0; i < 5; i++) assert.ok(text.includes(`line ${i}`), text)
      const { alerts } = await server.get(`/v1/${ENTITY}/system/runs/${run}`)
      // Not repeated within the time that the script gives.
      assert.deepEqual(
        alerts.map(({ level, title, text }: Record<string, string>) => [level, title, text]),
        [['WARN', 'slow', 'step 0']],
      )
    },
  },
  {
    title: 'an alert reaches a webhook',
    core: false,
    run: async ({ clientAt, folder }) => {
      const bodies: string[] = []
      const receiver = createServer(async (request, response) => {
        bodies.push(await text(request))
        response.end()
      })
      receiver.listen(0, '127.0.0.1')
      await once(receiver, 'listening')
      const server = await startServer(join(folder(), 'data'), { CHIMNEY_WEBHOOKS_ALLOW_PRIVATE: '1' })
      try {
        const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
        await server.send('POST', `/v1/${ENTITY}/alerts/webhooks`, {
          url,
          events: ['run_alert'],
          format: 'json',
        })
        const run = printedValue(ok(await clientAt(server.url).run('python', ['alert.py'], 60)), 'RUN')
        await until('the delivery', 30, async () => bodies.length > 0)
        const { type, data } = JSON.parse(bodies[0] ?? '')
        assert.deepEqual([type, data.run, data.project], ['run_alert', run, 'alerts'])
        assert.ok(`${data.title} ${data.text}`.includes('loss is NaN'), bodies[0])
        assert.ok(data.text.includes('at step 0'), bodies[0])
        // Its repetition within wait_duration is none.
        const { alerts } = await server.get(`/v1/${ENTITY}/alerts/runs/${run}`)
        assert.deepEqual([alerts.length, bodies.length], [1, 1])
      } finally {
        await server.kill()
        receiver.close()
      }
    },
  },
]
