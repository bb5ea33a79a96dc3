import { parseYaml } from '@chimney/core/schema/yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestWandb, testWandb, UPSERT_SWEEP } from '../test-api.ts'

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const upsert = async (config: string) =>
  (await api.data(UPSERT_SWEEP, { config, projectName: 'digits' })).upsertSweep
const shown = async (sweep: string): Promise<string> =>
  (await api.data(`{ project { sweep(sweepName: "${sweep}") { id config } } }`)).project.sweep.config

const LISTS = 'method: random\nparameters: {a: {values: [1, 2]}}\n'

describe('warnings', () => {
  it('of harmless things are on the sweep, not under the heading of the client', async () => {
    const config = `${LISTS}metric: {name: l}\nearly_terminate: {type: hyperband, min_iter: 3, s: 2}\njob: x\n`
    const { sweep, configValidationWarnings } = await upsert(config)
    expect(configValidationWarnings).toEqual([expect.stringContaining('job is ignored')])
    const { body } = await api.call('GET', `/v1/acme/digits/sweeps/${sweep.name}`)
    expect(body.warnings).toEqual([
      expect.stringContaining('job is ignored'),
      'early_terminate.s is ignored: it needs max_iter as well',
      expect.stringContaining('the sweep ends after 2'),
    ])
  })

  it('of a changed config are chosen alike', async () => {
    const { sweep } = await upsert(`${LISTS}name: changed\n`)
    const { id } = (await api.data(`{ project { sweep(sweepName: "${sweep.name}") { id } } }`)).project.sweep
    const config = `${LISTS}run_cap: 9\nname:\n`
    const { upsertSweep } = await api.data(UPSERT_SWEEP, { id, config })
    expect(upsertSweep.configValidationWarnings).toEqual([expect.stringContaining('run_cap is 9')])
  })

  it('say that the place in the config is another one', async () => {
    const { body } = await api.call('POST', '/v1/acme/digits/sweeps', {
      text: `${LISTS}entity: other\nproject: else\nrun_cap: 1\n`,
    })
    expect(body.warnings).toEqual([
      'entity in the config is other, but the sweep belongs to acme, as the request says',
      'project in the config is else, but the sweep is in digits, as the request says',
    ])
  })
})

it('a refusal lists all errors and warnings', async () => {
  const { status, body } = await api.ask(UPSERT_SWEEP, {
    config: 'method: bayes\nnotes: x\nparameters: {a: {distribusion: normal}, b: {min: 2, max: 1}}\n',
    projectName: 'digits',
  })
  expect(status).toBe(400)
  expect(body.errors[0].message.split('\n')).toEqual([
    expect.stringContaining('metric: method bayes needs a metric'),
    expect.stringContaining('parameters.a.distribusion'),
    expect.stringContaining('parameters.b: min 2 is greater than max 1'),
    'warning: notes is unknown and ignored',
  ])
})

it('the entity of the config is named when it is the reason of a refusal', async () => {
  const config = `${LISTS}entity: other-team\n`
  const { status, body } = await api.ask(UPSERT_SWEEP, { config, entityName: 'other-team' })
  expect(status).toBe(403)
  expect(body.errors[0].message).toBe(
    'the config has entity: other-team, and this API key belongs to acme; remove the line entity from the config, or give --entity acme',
  )
  const elsewhere = await api.ask(UPSERT_SWEEP, { config, entityName: 'third' })
  expect(elsewhere.body.errors[0].message).not.toContain('config')
})

describe('a goal in another spelling', () => {
  it.each(['Minimize', 'MAX', `maximi${'s'}e`])(
    '%s is shown as the word that best_run() sorts by',
    async (word) => {
      const { sweep } = await upsert(`${LISTS}metric: {name: loss, goal: ${word}}\n`)
      const goal = word === 'Minimize' ? 'minimize' : 'maximize'
      expect(parseYaml(await shown(sweep.name)).value).toMatchObject({ metric: { name: 'loss', goal } })
      const { body } = await api.call('GET', `/v1/acme/digits/sweeps/${sweep.name}`)
      expect(body.metric).toEqual({ name: 'loss', goal })
    },
  )

  it('leaves other texts as they were sent', async () => {
    const text = `${LISTS}# mine\nmetric: {"name": "loss", "goal": "maximize"}\n`
    expect(await shown((await upsert(text)).sweep.name)).toBe(text)
  })
})

describe('a grid that an earlier version started', () => {
  const GRID = 'method: grid\nparameters: {q: {distribution: q_uniform, min: 2, max: 10, q: 5}}\n'

  it('keeps its cells, also when its config is sent again', async () => {
    const sweep = await api.sweep(GRID)
    const key = { entity: 'acme', project: 'digits', sweep }
    const { record } = (await api.deps.store.getSweep(key))!
    const q = { distribution: 'q_uniform', min: 2, max: 10, q: 5 } as const
    await api.deps.store.replaceSweep({
      ...record,
      config: { ...record.config, parameters: { q } },
      rev: record.rev + 1,
    })
    const agent = await api.agent(sweep)
    const [first] = await api.beat(agent)
    expect(first!.args).toEqual({ q: { value: 2 } })
    const { id } = (await api.data(`{ project { sweep(sweepName: "${sweep}") { id } } }`)).project.sweep
    await api.data(UPSERT_SWEEP, { id, config: `${GRID}description: changed\n` })
    await api.init(first!.run_id!)
    const [second] = await api.beat(agent)
    expect(second!.args).toEqual({ q: { value: 7 } })
    const other = await api.ask(UPSERT_SWEEP, { id, config: GRID.replace('q: 5', 'q: 4') })
    expect(other.body.errors[0].message).toContain('create a new sweep')
  })
})
