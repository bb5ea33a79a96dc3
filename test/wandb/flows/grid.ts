/** Many agents at one sweep. */
import assert from 'node:assert/strict'
import { endsWithin, type Started } from '../client.ts'
import { ENTITY, type Group, ok, trialsOf, until } from '../flow.ts'

export const GRID: Group = [
  {
    title: 'a grid shared by ten program agents, two of them killed',
    core: false,
    run: async ({ server, client }) => {
      const cells = 300
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
      const url = `/v1/${ENTITY}/grid/sweeps/${id}`
      const agents: Started[] = []
      // One after the other: an agent gives up when the answer to its first question is not there after 20 s, and starting ten of them
      // at once can keep a small machine busy for so long.
      for (let i = 0; i < 10; i++) {
        agents.push(client.start('wandb', ['agent', path], light))
        await until(`agent ${i + 1}`, 60, async () => (await server.get(url)).trials.handed_out > i)
      }
      await until(
        'a third of the grid',
        600,
        async () => (await server.get(url)).trials.finished >= cells / 3,
      )
      for (const agent of agents.slice(0, 2)) agent.kill()
      const ended = await Promise.all(agents.slice(2).map((agent) => endsWithin(agent, 1_200)))
      for (const agent of ended) ok(agent)
      const body = await server.get(url)
      assert.deepEqual([body.state, body.trials.finished, body.trials.handed_out], ['finished', cells, cells])
      const trials = await trialsOf(server, 'grid', id)
      assert.equal(new Set(trials.map(({ params }) => `${params.a}/${params.b}`)).size, cells)
      for (const { params, value } of trials) assert.equal(value, params.a + params.b)
    },
  },
]
