/** What has to work, and how that is seen from outside. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Client, Ended } from './client.ts'
import { KEY, type Server } from './server.ts'

export interface Flow {
  readonly title: string
  /** Every version has to pass it; the others only the newest. */
  readonly core: boolean
  readonly run: (server: Server, client: Client, core: CoreState) => Promise<void>
}

/** What earlier core flows of the same version have left behind. */
export interface CoreState {
  functionSweep?: string
}

const ENTITY = 'local'

function ok({ code, output }: Ended): string {
  assert.equal(code, 0, `exit code ${code}:\n${output.slice(-4000)}`)
  return output
}

function told(output: string, name: string): string {
  const value = new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]
  assert.ok(value, `the script did not say ${name}:\n${output.slice(-3000)}`)
  return value
}

const trialsOf = async (server: Server, project: string, sweep: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: the API's own tests know its shape
  (await server.get(`/v1/${ENTITY}/${project}/sweeps/${sweep}/trials?limit=1000`)).items as any[]

const rowsOf = async (server: Server, project: string, run: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: the API's own tests know its shape
  (await server.get(`/v1/${ENTITY}/${project}/runs/${run}/metrics?limit=10000`)).items as any[]

async function until(what: string, seconds: number, test: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await test())) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${seconds} s`)
    await setTimeout(500)
  }
}

/** Makes a sweep on the command line; answers its path. */
async function sweepByCommand(client: Client, project: string, file: string): Promise<string> {
  const output = ok(await client.run('wandb', ['sweep', '--project', project, file], 60))
  const id = /Run sweep agent with: .*wandb agent [^\s/]+\/[^\s/]+\/([a-z0-9]+)/.exec(output)?.[1]
  assert.ok(id, output)
  return `${ENTITY}/${project}/${id}`
}

const idOf = (path: string): string => path.split('/').at(-1) ?? ''

/** Every trial finished, with its parameters, each of its steps, and the best one where it belongs. */
async function checkTutorial(server: Server, project: string, sweep: string, count: number): Promise<void> {
  const trials = await trialsOf(server, project, sweep)
  assert.equal(trials.length, count)
  let best = { value: Number.NEGATIVE_INFINITY, run: '' }
  for (const trial of trials) {
    assert.equal(trial.state, 'finished')
    assert.ok([5, 10, 15].includes(trial.params.epochs) && [16, 32, 64].includes(trial.params.batch_size))
    assert.ok(trial.params.lr >= 0.0001 && trial.params.lr <= 0.1)
    const run = await server.get(`/v1/${ENTITY}/${project}/runs/${trial.run}`)
    for (const name of ['epochs', 'batch_size', 'lr']) assert.equal(run.config[name], trial.params[name])
    const rows = await rowsOf(server, project, trial.run)
    assert.deepEqual(
      rows.map((row) => row.epoch),
      Array.from({ length: trial.params.epochs - 1 }, (_, i) => i + 1),
    )
    assert.deepEqual(
      rows.map((row) => row._step),
      rows.map((_, i) => i),
    )
    assert.equal(trial.value, rows.at(-1).val_acc)
    if (trial.value > best.value) best = { value: trial.value, run: trial.run }
  }
  const body = await server.get(`/v1/${ENTITY}/${project}/sweeps/${sweep}`)
  assert.deepEqual([body.best.run, body.best.value], [best.run, best.value])
}

const NEWEST = '0.31.0'
const countOf = (client: Client, full: number): number => (client.version === NEWEST ? full : 2)

export const FLOWS: readonly Flow[] = [
  {
    title: 'login',
    core: true,
    run: async (server, client) => {
      const key = { WANDB_API_KEY: '' }
      const right = await client.run('wandb', ['login', '--verify', '--relogin', KEY], 60, key)
      ok(right)
      const wrong = await client.run('wandb', ['login', '--verify', '--relogin', 'b'.repeat(40)], 60, key)
      assert.notEqual(wrong.code, 0, wrong.output)
      assert.equal((await server.get('/v1/viewer')).entity, ENTITY)
    },
  },
  {
    title: 'log, finish, exit codes',
    core: true,
    run: async (server, client) => {
      const run = told(ok(await client.run('python', ['plain_run.py'], 90)), 'RUN')
      const body = await server.get(`/v1/${ENTITY}/plain/runs/${run}`)
      assert.equal(body.state, 'finished')
      assert.deepEqual(body.config, { lr: 0.5, layers: [1, 2], opt: { name: 'adam' } })
      assert.deepEqual(
        [body.tags, body.notes, body.group, body.job_type],
        [['one', 'two'], 'a note', 'g', 'train'],
      )
      assert.deepEqual([body.summary.answer, body.summary.loss, body.exit_code], [42, 'NaN', 0])
      const rows = await rowsOf(server, 'plain', run)
      assert.equal(rows.length, 11)
      assert.deepEqual(
        [rows[3].loss, rows[3].nested, rows[3].text, rows[3].flag],
        [0.25, { x: 3 }, 't3', false],
      )
      assert.deepEqual([rows[10].loss, rows[10].up], ['NaN', 'Infinity'])
      const bad = await client.run('python', ['plain_run.py', '3'], 90)
      assert.equal(bad.code, 3, bad.output)
      const failed = await server.get(`/v1/${ENTITY}/plain/runs/${told(bad.output, 'RUN')}`)
      assert.deepEqual([failed.state, failed.exit_code], ['failed', 3])
    },
  },
  {
    title: 'sweep and function agent (tutorial script a)',
    core: true,
    run: async (server, client, state) => {
      const count = countOf(client, 4)
      const output = ok(await client.run('python', ['tutorial_a.py'], 180, { COUNT: String(count) }))
      const sweep = told(output, 'SWEEP')
      await checkTutorial(server, 'my-first-sweep', sweep, count)
      state.functionSweep = `${ENTITY}/my-first-sweep/${sweep}`
    },
  },
  {
    title: 'sweep and program agent (tutorial script b)',
    core: true,
    run: async (server, client) => {
      const count = countOf(client, 5)
      const path = await sweepByCommand(client, 'sweep-demo-cli', 'config.yaml')
      ok(await client.run('wandb', ['agent', '--count', String(count), path], 180))
      await checkTutorial(server, 'sweep-demo-cli', idOf(path), count)
    },
  },
  {
    title: 'Api().sweep',
    core: true,
    run: async (server, client, { functionSweep }) => {
      assert.ok(functionSweep, 'there is no sweep to read')
      const seen = JSON.parse(
        told(ok(await client.run('python', ['api_sweep.py', functionSweep], 90)), 'RESULT'),
      )
      const body = await server.get(`/v1/${ENTITY}/my-first-sweep/sweeps/${idOf(functionSweep)}`)
      const trials = await trialsOf(server, 'my-first-sweep', idOf(functionSweep))
      assert.deepEqual(
        [seen.state, seen.method, seen.order],
        ['RUNNING', 'random', '-summary_metrics.val_acc'],
      )
      assert.deepEqual(seen.runs, trials.map((trial) => trial.run).sort())
      assert.deepEqual(seen.states, ['finished'])
      assert.deepEqual([seen.best, seen.best_value, seen.expected], [body.best.run, body.best.value, null])
      const { lr, batch_size, epochs } = trials.find((trial) => trial.run === seen.best).params
      assert.deepEqual(seen.best_config, { lr, batch_size, epochs })
      for (const trial of trials) assert.equal(seen.steps[trial.run], trial.params.epochs - 1)
    },
  },
  {
    title: 'public API: lists, filters, history, changes, deletion',
    core: false,
    run: async (_server, client, { functionSweep }) => {
      assert.ok(functionSweep, 'there is no sweep to read')
      told(ok(await client.run('python', ['api_reads.py', functionSweep], 120)), 'RESULT')
    },
  },
  {
    title: 'sweep --pause, --resume, --stop, --cancel, --update',
    core: false,
    run: async (server, client) => {
      const path = await sweepByCommand(client, 'states', 'early_program.yaml')
      const url = `/v1/${ENTITY}/states/sweeps/${idOf(path)}`
      // Something has to be handed out before a sweep can be paused.
      const handed = await server.send('POST', `${url}/trials`, {})
      await server.send('POST', `/v1/${ENTITY}/states/runs/${handed.trials[0].run}/finish`, {
        state: 'finished',
      })
      const states = { '--pause': 'paused', '--resume': 'running', '--stop': 'finished' }
      for (const [flag, state] of Object.entries(states)) {
        ok(await client.run('wandb', ['sweep', flag, path], 60))
        assert.equal((await server.get(url)).state, state)
      }
      const again = await client.run('wandb', ['sweep', '--stop', path], 60)
      assert.match(again.output, /already/i)
      const second = await sweepByCommand(client, 'states', 'config.yaml')
      ok(await client.run('wandb', ['sweep', '--update', second, 'preempt.yaml'], 60))
      assert.equal((await server.get(`/v1/${ENTITY}/states/sweeps/${idOf(second)}`)).method, 'grid')
      ok(await client.run('wandb', ['sweep', '--cancel', second], 60))
      assert.equal((await server.get(`/v1/${ENTITY}/states/sweeps/${idOf(second)}`)).state, 'cancelled')
    },
  },
  {
    title: 'hyperband ends a function',
    core: false,
    run: async (server, client) => {
      const sweep = told(ok(await client.run('python', ['early_function.py'], 90)), 'SWEEP')
      await checkStopped(server, 'early', sweep)
    },
  },
  {
    title: 'hyperband ends a program',
    core: false,
    run: async (server, client) => {
      const path = await sweepByCommand(client, 'early', 'early_program.yaml')
      ok(await client.run('wandb', ['agent', path], 120))
      await checkStopped(server, 'early', idOf(path))
      assert.equal((await server.get(`/v1/${ENTITY}/early/sweeps/${idOf(path)}`)).state, 'finished')
    },
  },
  {
    title: 'resume',
    core: false,
    run: async (server, client) => {
      const { run } = JSON.parse(told(ok(await client.run('python', ['resume.py'], 120)), 'RESULT'))
      const rows = await rowsOf(server, 'resume', run)
      assert.deepEqual(
        rows.map((row) => [row._step, row.x]),
        Array.from({ length: 9 }, (_, i) => [i, i]),
      )
      assert.equal((await server.get(`/v1/${ENTITY}/resume/runs/${run}`)).state, 'finished')
    },
  },
  {
    title: 'preemption: requeued and resumed',
    core: false,
    run: async (server, client) => {
      const path = await sweepByCommand(client, 'preempt', 'preempt.yaml')
      ok(await client.run('wandb', ['agent', path], 120))
      const [trial, ...others] = await trialsOf(server, 'preempt', idOf(path))
      assert.deepEqual([trial.state, trial.attempt, others.length], ['finished', 2, 0])
      const rows = await rowsOf(server, 'preempt', trial.run)
      assert.deepEqual(
        rows.map((row) => row.loss),
        [10, 9, 8, 7, 6, 5],
      )
    },
  },
  {
    title: 'offline and wandb sync, twice',
    core: false,
    run: async (server, client) => {
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
    run: async (_server, client) => {
      told(ok(await client.run('python', ['media.py'], 150)), 'RESULT')
    },
  },
  {
    title: 'system metrics, console, define_metric',
    core: false,
    run: async (server, client) => {
      const { run } = JSON.parse(told(ok(await client.run('python', ['system.py'], 90)), 'RESULT'))
      const printed = await server.get(`/v1/${ENTITY}/system/runs/${run}/metrics?series=console`)
      const text = JSON.stringify(printed.items)
      for (let i = 0; i < 5; i++) assert.ok(text.includes(`line ${i}`), text)
    },
  },
  {
    title: 'the server killed and restarted while a run logs',
    core: false,
    run: async (server, client) => {
      const script = client.start('python', ['slow.py'])
      await until('the start of the run', 60, async () => script.output().includes('STARTED'))
      for (let i = 0; i < 2; i++) {
        await setTimeout(5_000)
        await server.kill()
        await setTimeout(1_000)
        await server.start()
      }
      ok(await script.ended)
      const rows = await rowsOf(server, 'restart', 'slowrun')
      assert.deepEqual(
        rows.map((row) => [row._step, row.x]),
        Array.from({ length: 60 }, (_, i) => [i, i]),
      )
      assert.equal((await server.get(`/v1/${ENTITY}/restart/runs/slowrun`)).state, 'finished')
    },
  },
  {
    title: 'a grid shared by ten program agents, two of them killed',
    core: false,
    run: async (server, client) => {
      const cells = Number(process.env.CHIMNEY_WANDB_CELLS ?? 300)
      const { id } = await server.send('POST', `/v1/${ENTITY}/grid/sweeps`, {
        program: 'cell.py',
        method: 'grid',
        metric: { name: 'loss', goal: 'minimize' },
        parameters: {
          a: { values: Array.from({ length: Math.ceil(cells / 10) }, (_, i) => i) },
          b: { values: Array.from({ length: 10 }, (_, i) => i) },
        },
      })
      const path = `${ENTITY}/grid/${id}`
      const light = {
        WANDB_CONSOLE: 'off',
        WANDB_DISABLE_GIT: 'true',
        WANDB_DISABLE_CODE: 'true',
        WANDB_X_DISABLE_STATS: 'true',
        WANDB_X_DISABLE_META: 'true',
        WANDB_SILENT: 'true',
      }
      const agents = Array.from({ length: 10 }, () => client.start('wandb', ['agent', path], light))
      const url = `/v1/${ENTITY}/grid/sweeps/${id}`
      await until(
        'a third of the grid',
        300,
        async () => (await server.get(url)).trials.finished >= cells / 3,
      )
      for (const agent of agents.slice(0, 2)) agent.kill()
      const ended = await Promise.all(agents.map((agent) => agent.ended))
      for (const agent of ended.slice(2)) ok(agent)
      const body = await server.get(url)
      assert.deepEqual([body.state, body.trials.finished, body.trials.handed_out], ['finished', cells, cells])
      const trials = await trialsOf(server, 'grid', id)
      assert.equal(new Set(trials.map(({ params }) => `${params.a}/${params.b}`)).size, cells)
      for (const { params, value } of trials) assert.equal(value, params.a + params.b)
    },
  },
]

async function checkStopped(server: Server, project: string, sweep: string): Promise<void> {
  const [good, bad] = await trialsOf(server, project, sweep)
  assert.deepEqual([good.state, bad.state], ['finished', 'stopped'])
  assert.ok(bad.rung > 0)
  const rows = await rowsOf(server, project, bad.run)
  assert.ok(rows.length < 450, `the bad run logged ${rows.length} of 900 rows before it ended`)
}
