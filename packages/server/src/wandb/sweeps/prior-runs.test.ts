import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSamplerHistory } from '../../sweeps/search/sampler-history.ts'
import { searchOf } from '../../sweeps/search/search.ts'
import { type TestDoor, testDoor, UPSERT_SWEEP } from '../test-api.ts'

let door: TestDoor
beforeAll(async () => {
  door = await testDoor()
  await earlier('good', { x: 0.25, extra: 'mine' }, { loss: 0.5 })
  await earlier('bad', { x: 0.75 }, { loss: 2 })
  await earlier('mute', { x: 0.5 }, { other: 1 })
  await earlier('strange', { x: 7 }, { loss: 1 })
})
afterAll(() => door.stop())

const BAYES = 'method: bayes\nmetric: {name: loss, goal: minimize}\nparameters:\n  x: {min: 0.0, max: 1.0}\n'

/** A run that has ended before there was any sweep. */
async function earlier(run: string, config: object, summary: object): Promise<void> {
  const wrapped = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, { value }]))
  await door.init(run, { config: JSON.stringify(wrapped) })
  const files = { 'wandb-summary.json': { offset: 0, content: [JSON.stringify(summary)] } }
  await door.stream(run, { files, complete: true, exitcode: 0 })
}

const namesOf = (...runs: readonly string[]): string =>
  JSON.stringify({ $or: runs.map((name) => ({ name })) })

async function make(config: string, priorRunsFilters: string) {
  const { upsertSweep } = await door.data(UPSERT_SWEEP, {
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
  const { record, head } = (await door.deps.store.getSweep(key))!
  return readSamplerHistory(door.deps, record, head, await searchOf(door.deps, record, head), [])
}

describe('prior runs', () => {
  it('inform the search, with what of their config belongs to it; others are named in a warning', async () => {
    const { sweep, warnings } = await make(
      `${BAYES}name: known\n`,
      namesOf('good', 'bad', 'mute', 'strange', 'nobody'),
    )
    expect((await knownTo(sweep)).prior).toEqual([
      { params: { x: 0.25 }, loss: 0.5 },
      { params: { x: 0.75 }, loss: 2 },
    ])
    for (const word of ['mute', 'strange', 'nobody']) expect(warnings.join('\n')).toContain(word)
  })

  it('are listed with the runs of the sweep, and as its prior runs; they take nothing of its cap', async () => {
    const { sweep } = await make(`${BAYES}name: listed\nrun_cap: 1\n`, namesOf('good'))
    const [command] = await door.beat(await door.agent(sweep))
    const { project } = await door.data(
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
    const agent = await door.agent(sweep)
    const [command] = await door.beat(agent)
    expect(command!.args!.x!.value).toBe(0.6)
    await door.init(command!.run_id!)
    await door.stream(command!.run_id!, { complete: true, exitcode: 0 })
    expect(await door.beat(agent)).toEqual([{ type: 'exit' }])
  })

  it('that fill a grid leave nothing to run', async () => {
    const { sweep } = await make('method: grid\nparameters:\n  x: {values: [0.25]}\n', namesOf('good'))
    expect(await door.beat(await door.agent(sweep))).toEqual([{ type: 'exit' }])
  })

  it('asked for twice make one sweep, others another', async () => {
    const config = `${BAYES}name: twice\n`
    const first = await make(config, namesOf('good'))
    expect(await make(config, namesOf('good'))).toEqual(first)
    expect((await make(config, namesOf('bad'))).sweep).not.toBe(first.sweep)
  })

  it('may be named in the config of a sweep made otherwise, where a wrong id is refused with its place', async () => {
    const create = (more: object) =>
      door.call('POST', '/v1/acme/digits/sweeps', {
        body: { method: 'bayes', metric: { name: 'loss' }, parameters: { x: { min: 0.1, max: 1 } }, ...more },
      })
    const made = await create({ warm_start: { runs: ['good'] } })
    expect(made.status).toBe(201)
    expect((await knownTo(made.body.id)).prior).toMatchObject([{ loss: 0.5 }])
    const wrong = await create({ warm_start: { runs: ['good', 'nobody'] } })
    expect(wrong.status).toBe(400)
    expect(JSON.stringify(wrong.body)).toContain('warm_start.runs.1')
    expect((await create({ warm_start: { sweeps: ['nosuchsw'] } })).status).toBe(400)
  })

  it('are forgotten with their sweep', async () => {
    const { sweep } = await make(`${BAYES}name: gone\n`, namesOf('good'))
    const documents = () =>
      door.deps.store.listDocuments({ entity: 'acme', project: 'digits' }, `priors/${sweep}/`)
    expect(await documents()).toHaveLength(1)
    await door.call('DELETE', `/v1/acme/digits/sweeps/${sweep}`)
    expect(await documents()).toEqual([])
  })

  it('named to a search that does not learn get a warning', async () => {
    const { warnings } = await make(`${BAYES.replace('bayes', 'random')}name: deaf\n`, namesOf('good'))
    expect(warnings).toEqual([expect.stringContaining('method random does not learn')])
  })
})
