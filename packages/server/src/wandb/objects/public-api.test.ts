import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestWandb, testWandb, UPSERT_BUCKET, UPSERT_SWEEP } from '../test-api.ts'

const GRID = 'method: grid\nmetric: {name: loss, goal: minimize}\nparameters: {a: {values: [3, 1, 2]}}\n'

let api: TestWandb
let sweep: string
beforeAll(async () => {
  api = await testWandb()
  sweep = await api.sweep(GRID)
  const agent = await api.agent(sweep)
  for (let i = 0; i < 3; i++) {
    const [command] = await api.beat(agent)
    const run = command!.run_id!
    const a = Number(command!.args!.a!.value)
    await api.init(run, { tags: a === 1 ? ['chosen'] : [], notes: `a is ${a}` })
    // The last one ends without its metric.
    const values = i < 2 ? [`{"_step": 0, "loss": ${a}, "val": {"acc": ${a / 10}}}`] : []
    await api.stream(run, {
      files: { 'wandb-history.jsonl': { offset: 0, content: values } },
      complete: true,
      exitcode: i < 2 ? 0 : 1,
    })
  }
  await api.call('POST', '/v1/acme/digits/runs', {
    body: { id: 'alone', group: 'ablation', job_type: 'eval', config: { 'a.b': 1 } },
  })
  await api.init('alone')
})
afterAll(() => api.stop())

const RUNS =
  'query ($filters: JSONString, $order: String, $first: Int, $after: String) { project(name: "digits") { runCount(filters: $filters) runs(filters: $filters, order: $order, first: $first, after: $after) { edges { node { id projectId name displayName state tags sweepName createdAt user { name username } config summaryMetrics systemMetrics historyKeys stopped shouldStop } cursor } pageInfo { hasNextPage endCursor } } } }'
const runs = async (variables: object) => (await api.data(RUNS, variables)).project.runs
const names = async (variables: object): Promise<string[]> =>
  (await runs(variables)).edges.map(({ node }: { node: { name: string } }) => node.name)
const ofSweep = () => JSON.stringify({ $and: [{ sweep }] })

describe('runs', () => {
  it('are sorted by a metric; runs without it come last in both directions', async () => {
    const filters = ofSweep()
    const [three, one, none] = [`${sweep}-1`, `${sweep}-2`, `${sweep}-3`]
    expect(await names({ filters, order: '+summary_metrics.loss' })).toEqual([one, three, none])
    expect(await names({ filters, order: '-summary_metrics.loss' })).toEqual([three, one, none])
    expect(await names({ filters, order: '-summary_metrics.val.acc' })).toEqual([three, one, none])
    expect(await names({ filters, order: '+config.a.value' })).toEqual([one, none, three])
  })

  it.each([
    { title: 'state', filter: { state: 'failed' }, want: ['-3'] },
    { title: 'several states', filter: { state: { $in: ['failed', 'finished'] } }, want: ['-1', '-2', '-3'] },
    { title: 'tags', filter: { tags: 'chosen' }, want: ['-2'] },
    { title: 'a config value', filter: { 'config.a': { $lt: 3 } }, want: ['-2', '-3'] },
    { title: 'a summary value', filter: { 'summary_metrics.loss': { $gt: 1 } }, want: ['-1'] },
    { title: 'group', filter: { group: 'ablation' }, want: ['alone'] },
    { title: 'job type', filter: { jobType: { $in: ['eval', 'test'] } }, want: ['alone'] },
    { title: 'job type in the other spelling', filter: { job_type: 'eval' }, want: ['alone'] },
    { title: 'user', filter: { $and: [{ username: 'acme' }, { name: 'alone' }] }, want: ['alone'] },
    { title: 'a config key with a dot', filter: { 'config.a.b.value': 1 }, want: ['alone'] },
    { title: 'time', filter: { createdAt: { $lt: '2000-01-01' } }, want: [] },
    { title: 'notes', filter: { notes: { $regex: 'is 2' } }, want: ['-3'] },
  ])('are filtered by $title', async ({ filter, want }) => {
    expect(await names({ filters: JSON.stringify(filter), order: '+created_at' })).toEqual(
      expect.arrayContaining(want.map((end) => (end.startsWith('-') ? sweep + end : end))),
    )
    const { runCount } = (await api.data(RUNS, { filters: JSON.stringify(filter) })).project
    expect(runCount).toBe(want.length)
  })

  it('are listed once each when paged by the cursor of the last edge', async () => {
    const seen: string[] = []
    let after: string | null = null
    for (let page = 0; page < 10; page++) {
      const { edges, pageInfo } = await runs({ first: 1, after })
      seen.push(...edges.map(({ node }: { node: { name: string } }) => node.name))
      expect(edges.at(-1).cursor).toBe(pageInfo.endCursor)
      after = edges.at(-1).cursor
      if (!pageInfo.hasNextPage) break
    }
    expect(seen.toSorted()).toEqual(['alone', `${sweep}-1`, `${sweep}-2`, `${sweep}-3`].toSorted())
  })

  it('have every field that the client requires', async () => {
    for (const { node } of (await runs({})).edges) {
      expect(node).toMatchObject({
        id: expect.any(String),
        projectId: expect.stringMatching(/^\d+$/),
        state: expect.any(String),
        tags: expect.any(Array),
        user: { name: 'acme', username: 'acme' },
        createdAt: expect.stringMatching(/^\d{4}-/),
        stopped: expect.any(Boolean),
        shouldStop: expect.any(Boolean),
      })
      for (const text of [node.config, node.summaryMetrics, node.systemMetrics])
        expect(typeof JSON.parse(text)).toBe('object')
      expect(typeof node.historyKeys).toBe('object')
    }
  })
})

describe('a sweep', () => {
  const ask = async (fields: string) =>
    (await api.data(`{ project(name: "digits") { sweep(sweepName: "${sweep}") { ${fields} } } }`)).project
      .sweep

  it('has every field that strict client models require, under their names', async () => {
    expect(
      await ask(
        '__typename id name method state config createdAt runCount runCountExpected bestLoss project { __typename }',
      ),
    ).toMatchObject({
      __typename: 'Sweep',
      id: expect.any(String),
      name: sweep,
      method: 'grid',
      state: expect.stringMatching(/^[A-Z]+$/),
      config: GRID,
      createdAt: expect.any(String),
      runCount: 3,
      runCountExpected: 3,
      bestLoss: 1,
      project: { __typename: 'Project' },
    })
  })

  it('lists its agents', async () => {
    const { agents } = await ask(
      'agents { edges { node { id name host state totalRuns createdAt heartbeatAt } } }',
    )
    expect(agents.edges[0].node).toMatchObject({ host: 'box', state: 'RUNNING', totalRuns: 3 })
    const { agent } = await ask(
      `agent(agentName: "${agents.edges[0].node.name}") { runs(first: 2) { edges { node { name } cursor } pageInfo { hasNextPage } } }`,
    )
    expect(agent.runs.edges).toHaveLength(2)
    expect(agent.runs.pageInfo.hasNextPage).toBe(true)
  })

  it('is not found under another project, nor of another entity', async () => {
    const { project } = await api.data(`{ project(name: "other") { id } }`)
    expect(project).toBe(null)
    await api.data(UPSERT_BUCKET, { name: 'x', project: 'other' })
    const found = await api.data(`{ project(name: "other") { sweep(sweepName: "${sweep}") { name } } }`)
    expect(found.project.sweep).toBe(null)
    const query = `{ project(name: "digits", entityName: "rival") { sweep(sweepName: "${sweep}") { name } } }`
    expect((await api.data(query)).project).toBe(null)
  })

  it('lists the first hundred of its runs', async () => {
    const big = await api.sweep(
      'method: random\nmetric: {name: loss}\nparameters: {x: {min: 0.0, max: 1.0}}\nname: big\n',
    )
    for (const count of [100, 20])
      await api.call('POST', `/v1/acme/digits/sweeps/${big}/trials`, { body: { count } })
    const { sweep: found } = (
      await api.data(
        `{ project { sweep(sweepName: "${big}") { runCount runs { edges { node { name sampledHistory(specs: "{}") } } } } } }`,
      )
    ).project
    expect([found.runCount, found.runs.edges.length]).toEqual([120, 100])
    expect(found.runs.edges[0].node.sampledHistory).toEqual([[]])
  })
})

describe('changes', () => {
  const idOf = async (run: string) =>
    (await api.data(`{ project(name: "digits") { run(name: "${run}") { id } } }`)).project.run.id

  it('of a person reach a run by its id and do not start it again', async () => {
    const id = await idOf(`${sweep}-1`)
    await api.data(
      'mutation ($id: String!, $config: JSONString!) { upsertBucket(input: {id: $id, notes: "mine", tags: ["t"], config: $config, summaryMetrics: "{\\"extra\\": 1}"}) { bucket { id } } }',
      { id, config: '{"b": {"value": 5, "desc": null}}' },
    )
    const { body } = await api.call('GET', `/v1/acme/digits/runs/${sweep}-1`)
    expect(body).toMatchObject({
      state: 'finished',
      notes: 'mine',
      tags: ['t'],
      config: { a: 3, b: 5 },
      summary: { extra: 1 },
    })
  })

  it('stop a run, end one by hand, and refuse what cannot be', async () => {
    await api.init('byhand')
    const id = await idOf('byhand')
    expect(
      (await api.data('mutation ($id: ID!) { stopRun(input: {id: $id}) { success } }', { id })).stopRun
        .success,
    ).toBe(true)
    expect((await api.stream('byhand', {})).body).toEqual({ stopped: true })
    const UPDATE = 'mutation ($input: UpdateRunStateInput!) { updateRunState(input: $input) { success } }'
    await api.data(UPDATE, { input: { id, state: 'failed' } })
    const refused = await api.ask(UPDATE, { input: { id: await idOf(`${sweep}-1`), state: 'pending' } })
    expect(refused.status).toBe(400)
    expect(refused.body.errors[0].message).toContain('invalid state transition')
  })

  it('create a project, and have no effect when it exists', async () => {
    const MODEL =
      'mutation ($input: UpsertModelInput!) { upsertModel(input: $input) { project { name entityName } inserted } }'
    const input = { name: 'fresh', entityName: 'acme' }
    expect((await api.data(MODEL, { input })).upsertModel).toMatchObject({ inserted: true })
    expect((await api.data(MODEL, { input })).upsertModel).toMatchObject({ inserted: false })
    const { models } = await api.data(
      '{ models(entityName: "acme") { edges { node { name } cursor } pageInfo { endCursor } } }',
    )
    expect(models.edges.map(({ node }: { node: { name: string } }) => node.name)).toContain('fresh')
    expect(models.pageInfo.endCursor).toBe(models.edges.at(-1).cursor)
  })

  it('of a sweep keep its state, its runs and its counters', async () => {
    const other = await api.sweep(
      'method: random\nmetric: {name: loss}\nparameters: {x: {min: 0.0, max: 1.0}}\nname: kept\n',
    )
    await api.beat(await api.agent(other))
    const { id } = (await api.data(`{ project { sweep(sweepName: "${other}") { id } } }`)).project.sweep
    await api.data(UPSERT_SWEEP, { id, state: 'PAUSED' })
    await api.data(UPSERT_SWEEP, {
      id,
      config: 'method: random\nmetric: {name: loss}\nparameters: {x: {min: 0.0, max: 2.0}}\n',
    })
    const after = (await api.data(`{ project { sweep(sweepName: "${other}") { state runCount } } }`)).project
      .sweep
    expect(after).toEqual({ state: 'PAUSED', runCount: 1 })
  })
})

it('best_run() of a sweep with replicates is of the point with the best mean', async () => {
  const id = await api.sweep(
    'method: random\nseed: 1\nmetric: {name: loss}\nparameters: {x: {min: 0.0, max: 1.0}}\nreplicates: 2\nrun_cap: 4\n',
  )
  for (const loss of [0, 9, 2, 3]) {
    const { trials } = (await api.call('POST', `/v1/acme/digits/sweeps/${id}/trials`, { body: {} })).body
    const body = { state: 'finished', summary: { loss } }
    await api.call('POST', `/v1/acme/digits/runs/${trials[0].run}/finish`, { body })
  }
  const filters = JSON.stringify({ $and: [{ sweep: id }] })
  expect(await names({ filters, order: '+summary_metrics.loss' })).toEqual(
    [3, 4, 1, 2].map((n) => `${id}-${n}`),
  )
  expect((await api.call('GET', `/v1/acme/digits/sweeps/${id}/best`)).body).toMatchObject({
    number: 3,
    point: { mean: 2.5 },
  })
})
