/** Flows that every version must pass, and what can be read afterwards. */
import assert from 'node:assert/strict'
import type { Client } from '../client.ts'
import { LATEST } from '../environments.ts'
import {
  ENTITY,
  type Group,
  idOf,
  linkIn,
  NEWEST,
  ok,
  printedValue,
  rowsOf,
  sweepByCommand,
  trialsOf,
  type World,
} from '../flow.ts'
import type { Server } from '../server.ts'

/** Every trial finished, with its parameters and each of its steps, and the best one where it belongs: its value. */
async function checkTutorial(server: Server, project: string, sweep: string, count: number): Promise<number> {
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
  return best.value
}

/** What a person finds where the link of the client leads. */
async function checkPage(pages: World['pages'], link: string, count: number, best: number): Promise<void> {
  const seen = await pages.readSweep(link, count)
  assert.equal(seen.trials.length, count)
  for (const trial of seen.trials) assert.match(trial, /finished/i)
  // Shown with four digits.
  assert.deepEqual(seen.best, { metric: 'val_acc', value: Number(best.toPrecision(4)) })
}

function pageOf({ url }: Server, path: string): string {
  const [entity, project, sweep] = path.split('/')
  return `${url}/${entity}/${project}/sweeps/${sweep}`
}

const countOf = (client: Client, full: number): number =>
  [NEWEST, LATEST].includes(client.version) ? full : 2

export const CORE: Group = [
  {
    title: 'login',
    core: true,
    run: async ({ server, client }) => {
      const noKey = { WANDB_API_KEY: '' }
      const help = ok(await client.run('wandb', ['login', '--help'], 60))
      // Old clients store the key without a look at it.
      const verify = help.includes('--verify') ? ['--verify'] : []
      const login = (key: string) => client.run('wandb', ['login', ...verify, '--relogin', key], 60, noKey)
      ok(await login(client.key))
      const wrong = await login('b'.repeat(40))
      if (verify.length > 0) assert.notEqual(wrong.code, 0, wrong.output)
      assert.equal((await server.get('/v1/viewer')).entity, ENTITY)
    },
  },
  {
    title: 'log, finish, exit codes',
    core: true,
    run: async ({ server, client }) => {
      const run = printedValue(ok(await client.run('python', ['plain_run.py'], 90)), 'RUN')
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
      const failed = await server.get(`/v1/${ENTITY}/plain/runs/${printedValue(bad.output, 'RUN')}`)
      assert.deepEqual([failed.state, failed.exit_code], ['failed', 3])
    },
  },
  {
    title: 'sweep and function agent (tutorial script a)',
    core: true,
    run: async ({ server, client, pages, left }) => {
      const count = countOf(client, 4)
      const output = ok(await client.run('python', ['tutorial_a.py'], 180, { COUNT: String(count) }))
      const sweep = printedValue(output, 'SWEEP')
      const best = await checkTutorial(server, 'my-first-sweep', sweep, count)
      await checkPage(pages, linkIn(output), count, best)
      left.sweeps.push(`${ENTITY}/my-first-sweep/${sweep}`)
    },
  },
  {
    title: 'sweep and program agent (tutorial script b)',
    core: true,
    run: async ({ server, client, pages, left }) => {
      const count = countOf(client, 5)
      const { path, output } = await sweepByCommand(client, 'sweep-demo-cli', 'config.yaml')
      ok(await client.run('wandb', ['agent', '--count', String(count), path], 180))
      const best = await checkTutorial(server, 'sweep-demo-cli', idOf(path), count)
      // 0.12.21 prints no link.
      const link = client.version === '0.12.21' ? pageOf(server, path) : linkIn(output)
      await checkPage(pages, link, count, best)
      left.sweeps.push(path)
    },
  },
  {
    title: 'Api().sweep',
    core: true,
    run: async ({ server, client, left: { sweeps } }) => {
      assert.equal(sweeps.length, 2, 'a tutorial has left no sweep to read')
      for (const path of sweeps) {
        const seen = JSON.parse(
          printedValue(ok(await client.run('python', ['api_sweep.py', path], 90)), 'RESULT'),
        )
        const [, project = '', sweep = ''] = path.split('/')
        const body = await server.get(`/v1/${ENTITY}/${project}/sweeps/${sweep}`)
        const trials = await trialsOf(server, project, sweep)
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
      }
    },
  },
  {
    title: 'public API: lists, filters, history, changes, deletion',
    core: false,
    run: async ({ client, left: { sweeps } }) => {
      const [path] = sweeps
      assert.ok(path, 'a tutorial has left no sweep to read')
      printedValue(ok(await client.run('python', ['api_reads.py', path], 120)), 'RESULT')
    },
  },
  {
    title: 'what is not yours is refused',
    core: false,
    run: async ({ client, left: { sweeps } }) => {
      const sweep = idOf(sweeps[0] ?? 'nosuch12')
      printedValue(ok(await client.run('python', ['refused.py', sweep], 200)), 'RESULT')
      const agent = await client.run('wandb', ['agent', `somebody-else/refused/${sweep}`], 60)
      assert.notEqual(agent.code, 0)
      assert.match(agent.output, /has no access to|not found/)
    },
  },
]
