import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSamplerHistory } from '../../sweeps/search/sampler-history.ts'
import { searchOf } from '../../sweeps/search/search.ts'
import { type TestWandb, testWandb, UPSERT_SWEEP } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
  await earlier('good', { x: 0.25, extra: 'mine' }, { loss: 0.5 })
  await earlier('bad', { x: 0.75 }, { loss: 2 })
  await earlier('mute', { x: 0.5 }, { other: 1 })
  await earlier('strange', { x: 7 }, { loss: 1 })
})
afterAll(() => api.stop())

const BAYES = 'method: bayes\nmetric: {name: loss, goal: minimize}\nparameters:\n  x: {min: 0.0, max: 1.0}\n'

/** A run that has ended before there was any sweep. */
async function earlier(run: string, config: object, summary: object): Promise<void> {
  const wrapped = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, { value }]))
  await api.init(run, { config: JSON.stringify(wrapped) })
  const files = { 'wandb-summary.json': { offset: 0, content: [JSON.stringify(summary)] } }
  await api.stream(run, { files, complete: true, exitcode: 0 })
}

const namesOf = (...runs: readonly string[]): string =>
  JSON.stringify({ $or: runs.map((name) => ({ name })) })

async function make(config: string, priorRunsFilters: string) {
  const { upsertSweep } = await api.data(UPSERT_SWEEP, {
    config,
    projectName: 'digits',
    priorRunsFilters,
  })
  return {
    sweep: upsertSweep.sweep.name as string,
    warnings: upsertSweep.configValidationWarnings as string[],
  }
}

async function knownTo(sweep: string) {
  const key = { entity: 'acme', project: 'digits', sweep }
  const { record, head } = (await api.deps.store.getSweep(key))!
  return readSamplerHistory(api.deps, record, head, await searchOf(api.deps, record, head), [])
}

describe('prior runs', () => {
  it('inform the search, with what of their config belongs to it; others are named in a warning', async () => {
    const { sweep, warnings } = await make(
      `${BAYES}name: known\n`,
      namesOf('good', 'bad', 'mute', 'strange', 'unknown'),
    )
    expect((await knownTo(sweep)).prior).toEqual([
      { params: { x: 0.25 }, loss: 0.5 },
      { params: { x: 0.75 }, loss: 2 },
    ])
    for (const word of ['mute', 'strange', 'unknown']) expect(warnings.join('\n')).toContain(word)
  })

  it('are listed with the runs of the sweep and as its prior runs, and do not count towards its cap', async () => {
    const { sweep } = await make(`${BAYES}name: listed\nrun_cap: 1\n`, namesOf('good'))
    const [command] = await api.beat(await api.agent(sweep))
    const { project } = await api.data(
      `query ($f: JSONString) { project(name: "digits") {
        runs(filters: $f, order: "+summary_metrics.loss") { edges { node { name } } }
        sweep(sweepName: "${sweep}") { runCountExpected priorRuns { edges { node { name } } } } } }`,
      { f: JSON.stringify({ $and: [{ sweep }] }) },
    )
    const names = (connection: { edges: { node: { name: string } }[] }) =>
      connection.edges.map(({ node }) => node.name)
    expect(names(project.runs)).toEqual(['good', command!.run_id])
    expect(names(project.sweep.priorRuns)).toEqual(['good'])
    expect(project.sweep.runCountExpected).toBe(1)
  })

  it('hold their cells of a grid, which are not run again', async () => {
    const grid = 'method: grid\nparameters:\n  x: {values: [0.25, 0.5, 0.6]}\n'
    const { sweep } = await make(grid, namesOf('good', 'mute'))
    const agent = await api.agent(sweep)
    const [command] = await api.beat(agent)
    expect(command!.args!.x!.value).toBe(0.6)
    await api.init(command!.run_id!)
    await api.stream(command!.run_id!, { complete: true, exitcode: 0 })
    expect(await api.beat(agent)).toEqual([{ type: 'exit' }])
  })

  it('that fill a grid leave no trial', async () => {
    const { sweep } = await make('method: grid\nparameters:\n  x: {values: [0.25]}\n', namesOf('good'))
    expect(await api.beat(await api.agent(sweep))).toEqual([{ type: 'exit' }])
  })

  it('sent twice create one sweep, other ones another', async () => {
    const config = `${BAYES}name: twice\n`
    const first = await make(config, namesOf('good'))
    expect(await make(config, namesOf('good'))).toEqual(first)
    expect((await make(config, namesOf('bad'))).sweep).not.toBe(first.sweep)
  })

  it('may be named in the config of a REST sweep, where a wrong id is refused with its path', async () => {
    const create = (more: object) =>
      api.call('POST', '/v1/acme/digits/sweeps', {
        body: { method: 'bayes', metric: { name: 'loss' }, parameters: { x: { min: 0.1, max: 1 } }, ...more },
      })
    const made = await create({ warm_start: { runs: ['good'] } })
    expect(made.status).toBe(201)
    expect((await knownTo(made.body.id)).prior).toMatchObject([{ loss: 0.5 }])
    const wrong = await create({ warm_start: { runs: ['good', 'unknown'] } })
    expect(wrong.status).toBe(400)
    expect(JSON.stringify(wrong.body)).toContain('warm_start.runs.1')
    expect((await create({ warm_start: { sweeps: ['nosuchsw'] } })).status).toBe(400)
  })

  it('are forgotten with their sweep', async () => {
    const { sweep } = await make(`${BAYES}name: gone\n`, namesOf('good'))
    const documents = () =>
      api.deps.store.listDocuments({ entity: 'acme', project: 'digits' }, `priors/${sweep}/`)
    expect(await documents()).toHaveLength(1)
    await api.call('DELETE', `/v1/acme/digits/sweeps/${sweep}`)
    expect(await documents()).toEqual([])
  })

  it('named to a search that does not learn get a warning', async () => {
    const { warnings } = await make(`${BAYES.replace('bayes', 'random')}name: deaf\n`, namesOf('good'))
    expect(warnings).toEqual([expect.stringContaining('method random does not learn')])
  })
})
