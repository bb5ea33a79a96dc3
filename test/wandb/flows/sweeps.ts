/** What sweeps do to their runs. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endsWithin } from '../client.ts'
import { faultyProxy } from '../faulty-proxy.ts'
import {
  ENTITY,
  type Group,
  idOf,
  ok,
  printedValue,
  rowsOf,
  sweepByCommand,
  trialsOf,
  until,
} from '../flow.ts'
import type { Server } from '../server.ts'

export const SWEEPS: Group = [
  {
    title: 'sweep --pause, --resume, --stop, --cancel, --update',
    core: false,
    run: async ({ server, client }) => {
      const { path } = await sweepByCommand(client, 'states', 'early_program.yaml')
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
      const { path: second } = await sweepByCommand(client, 'states', 'config.yaml')
      ok(await client.run('wandb', ['sweep', '--update', second, 'preempt.yaml'], 60))
      assert.equal((await server.get(`/v1/${ENTITY}/states/sweeps/${idOf(second)}`)).method, 'grid')
      ok(await client.run('wandb', ['sweep', '--cancel', second], 60))
      assert.equal((await server.get(`/v1/${ENTITY}/states/sweeps/${idOf(second)}`)).state, 'cancelled')
    },
  },
  {
    title: 'deleted runs of a grid run again after sweep --resume, and a corrected summary counts',
    core: false,
    run: async ({ server, client }) => {
      const output = ok(await client.run('python', ['amend.py'], 180))
      const sweep = printedValue(output, 'SWEEP')
      const finished = (...cells: readonly number[]) =>
        `[${cells.map((cell) => `(${cell}, 'finished')`).join(', ')}]`
      assert.equal(
        printedValue(output, 'FIRST'),
        "[(1, 'finished'), (2, 'failed'), (3, 'finished'), (4, 'failed')]",
      )
      assert.equal(printedValue(output, 'DELETED'), finished(1, 3))
      assert.equal(printedValue(output, 'AGAIN'), finished(1, 2, 3, 4))
      assert.equal(printedValue(output, 'BEST'), '3 0.5')
      assert.equal(printedValue(output, 'SECOND'), '1')
      const url = `/v1/${ENTITY}/amend/sweeps/${sweep}`
      const best = await server.get(`${url}/best`)
      assert.deepEqual([best.params.a, best.value], [1, 11])
      const trials = await trialsOf(server, 'amend', sweep)
      assert.deepEqual(
        trials.map(({ attempt, voided }) => [attempt, voided?.deleted ?? false]),
        [
          [1, false],
          [2, false],
          [1, true],
          [2, false],
        ],
      )
    },
  },
  {
    title: 'hyperband ends a function',
    core: false,
    run: async ({ server, clientAt }) => {
      const { url, times, stop } = await heartbeatsOf(server)
      try {
        const script = clientAt(url).start('python', ['early_function.py'])
        await until('the sweep', 60, async () => /^SWEEP=.*$/m.test(script.output()))
        const sweep = printedValue(script.output(), 'SWEEP')
        await assertEndsInTime(server, sweep, times)
        ok(await endsWithin(script, 60))
      } finally {
        await stop()
      }
    },
  },
  {
    title: 'hyperband ends a program',
    core: false,
    run: async ({ server, clientAt }) => {
      const { url, times, stop } = await heartbeatsOf(server)
      try {
        const client = clientAt(url)
        const { path } = await sweepByCommand(client, 'early', 'early_program.yaml')
        const agent = client.start('wandb', ['agent', path])
        await assertEndsInTime(server, idOf(path), times)
        ok(await endsWithin(agent, 60))
        assert.equal((await server.get(`/v1/${ENTITY}/early/sweeps/${idOf(path)}`)).state, 'finished')
      } finally {
        await stop()
      }
    },
  },
  {
    title: 'cancelling ends running functions and programs, deleting ends waiting agents',
    core: false,
    run: async ({ server, client }) => {
      const ways = [
        (path: string) => client.start('python', ['endless.py', path]),
        (path: string) => client.start('wandb', ['agent', path]),
      ]
      for (const start of ways) {
        const { path } = await sweepByCommand(client, 'endings', 'endless.yaml')
        const url = `/v1/${ENTITY}/endings/sweeps/${idOf(path)}`
        const agent = start(path)
        await until('the first line', 90, async () => {
          const [trial] = await trialsOf(server, 'endings', idOf(path))
          return trial !== undefined && (await rowsOf(server, 'endings', trial.run)).length > 0
        })
        ok(await client.run('wandb', ['sweep', '--cancel', path], 60))
        await endsWithin(agent, 60)
        const [trial, ...others] = await trialsOf(server, 'endings', idOf(path))
        assert.deepEqual([trial.state, others.length], ['killed', 0])
        assert.equal((await server.get(url)).state, 'cancelled')
      }
      const { path } = await sweepByCommand(client, 'endings', 'preempt.yaml')
      const url = `/v1/${ENTITY}/endings/sweeps/${idOf(path)}`
      await server.send('PATCH', url, { state: 'paused' })
      const waiting = client.start('wandb', ['agent', path])
      await until('the agent', 60, async () => waiting.output().includes('Running runs'))
      await server.send('DELETE', url)
      // A poll during the deletion finds a cancelled sweep and gets the exit command; a later one gets 404, and the client ends with
      // an error. In both cases the agent ends without starting a run.
      const { output } = await endsWithin(waiting, 60)
      assert.doesNotMatch(output, /Agent Starting Run/)
    },
  },
  {
    title: 'run_cap, and how many runs to expect',
    core: false,
    run: async ({ server, client }) => {
      // Without a count: the agents end because the sweep has no more for them.
      const output = ok(await client.run('python', ['run_cap.py'], 150))
      const seen = JSON.parse(printedValue(output, 'RESULT'))
      assert.deepEqual(seen, {
        capped: [3, 'FINISHED', 3],
        grid: [6, 'PENDING', 0],
        endless: [null, 'PENDING', 0],
      })
      const trials = await trialsOf(server, 'caps', printedValue(output, 'CAPPED'))
      assert.deepEqual(
        trials.map(({ state }) => state),
        ['finished', 'finished', 'finished'],
      )
    },
  },
  {
    title: 'prior runs',
    core: false,
    run: async ({ server, client }) => {
      const output = ok(await client.run('python', ['prior.py'], 240))
      const { earlier, bayes, grid, listed, best, state } = JSON.parse(printedValue(output, 'RESULT'))
      const [trial, ...others] = await trialsOf(server, 'prior', grid)
      assert.deepEqual([trial.params, trial.state, others.length], [{ x: 0.5 }, 'finished', 0])
      assert.deepEqual([listed, best, state], [[...earlier, trial.run], earlier[0], 'FINISHED'])
      const { warnings } = await server.get(`/v1/${ENTITY}/prior/sweeps/${bayes}`)
      assert.deepEqual(warnings, [])
      const file = ['--project', 'prior', '-R', earlier[0], '-R', 'nosuchid', 'early_program.yaml']
      // A run that does not fit, and one that is not there, are named where the client shows warnings.
      const made = await client.run('wandb', ['sweep', ...file], 60)
      assert.match(ok(made), /nosuchid/)
    },
  },
  {
    title: 'preemption: requeued and resumed',
    core: false,
    run: async ({ server, client }) => {
      const { path } = await sweepByCommand(client, 'preempt', 'preempt.yaml')
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
    title: 'define_metric with a summary, and offline trials',
    core: false,
    run: async ({ server, client }) => {
      const output = ok(await client.run('python', ['chosen_summary.py'], 150))
      const { sweep, offline, expected } = JSON.parse(printedValue(output, 'RESULT'))
      assert.equal(expected, 2)
      const best = (await server.get(`/v1/${ENTITY}/chosen/sweeps/${sweep}`)).best
      assert.equal(best.value, 0.9)
      ok(await client.run('wandb', ['agent', `${ENTITY}/chosen/${offline}`], 120))
      const ran = readFileSync(join(client.folder, 'trials.txt'), 'utf8').trim().split('\n')
      assert.deepEqual(ran.toSorted(), ['1', '2'])
      ok(await client.run('wandb', ['sync', '--yes'], 90))
      await until('the synced trials have their values', 30, async () => {
        const trials = await trialsOf(server, 'chosen', offline)
        return trials.map(({ value }) => value).join() === '1,2'
      })
    },
  },
]

/** Passes everything on, and notes when agents ask what to do (Unix ms). */
async function heartbeatsOf(server: Server) {
  const times: number[] = []
  const proxy = await faultyProxy(server.url, (_, body) => {
    if (body.includes('agentHeartbeat')) times.push(Date.now())
    return { kind: 'none' }
  })
  return { ...proxy, times }
}

/**
 * The second of two trials is stopped at a rung; what it logs ends within two heartbeats of that decision. The heartbeats are counted,
 * so that it does not matter how busy the machine is.
 */
async function assertEndsInTime(server: Server, sweep: string, heartbeats: readonly number[]): Promise<void> {
  let undecidedAt = 0
  await until('the decision to stop', 150, async () => {
    const askedAt = Date.now()
    const bad = (await trialsOf(server, 'early', sweep))[1]
    if (bad && (await server.get(`/v1/${ENTITY}/early/runs/${bad.run}`)).stop !== null) return true
    undecidedAt = askedAt
    return false
  })
  await until('the end of the stopped run', 60, async () => {
    const trials = await trialsOf(server, 'early', sweep)
    return trials[0].state === 'finished' && trials[1].state === 'stopped'
  })
  const [, bad] = await trialsOf(server, 'early', sweep)
  assert.ok(bad.rung > 0)
  const rows = await rowsOf(server, 'early', bad.run)
  const last = 1000 * rows.at(-1)._timestamp
  const meanwhile = heartbeats.filter((at) => at > undecidedAt && at <= last).length
  assert.ok(meanwhile <= 2, `the bad run logged on for ${meanwhile} heartbeats after the decision`)
}
