import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { afterAll, expect, it } from 'vitest'
import { encode } from '../../encode.ts'
import { type CsvOptions, csvTrials } from './csv-trials.ts'

const folder = mkdtempSync(join(tmpdir(), 'chimney-csv-'))
afterAll(() => rmSync(folder, { recursive: true }))

const read = (text: string, more: Partial<CsvOptions> = {}) => {
  const file = join(folder, 'trials.csv')
  writeFileSync(file, text)
  return csvTrials(file, { metric: 'loss', goal: 'minimize', ignored: [], ...more })
}

it('reads rows as trials of the smallest space that has them', async () => {
  const text = [
    'lr,units,optimizer,drop,seed,when,loss',
    '0.001,16,adam,0.5,1,monday,0.5',
    '0.2,512,"sgd, nesterov",0.0,1,tuesday,1e-3',
    '0.01,64,adam,0.25,1,,',
  ].join('\n')
  const { config, trials, skipped } = await read(text, { ignored: ['when'] })
  expect(JSON.parse(encode(config))).toEqual({
    name: 'trials.csv',
    metric: { name: 'loss', goal: 'minimize' },
    parameters: {
      lr: { distribution: 'log_uniform_values', min: 0.001, max: 0.2 },
      units: { distribution: 'int_uniform', min: 16, max: 512 },
      optimizer: { values: ['adam', 'sgd, nesterov'] },
      drop: { distribution: 'uniform', min: 0, max: 0.5 },
      seed: { value: 1 },
    },
  })
  parseSweepConfig(encode({ method: 'random', ...config }))
  expect(JSON.parse(encode(trials))).toMatchObject([
    {
      params: { lr: 0.001, units: 16 },
      state: 'finished',
      summary: { loss: 0.5 },
      config: { when: 'monday' },
    },
    {
      params: { optimizer: 'sgd, nesterov' },
      state: 'finished',
      summary: { loss: 0.001 },
      source: 'row 3 of trials.csv',
    },
    { state: 'failed' },
  ])
  expect(skipped).toEqual({})
})

it("reads Optuna's table of a study and what chimney export prints", async () => {
  const optuna =
    'number,value,params_x,state\n0,1.5,2.0,COMPLETE\n1,,3.0,FAIL\n2,9.0,4.0,PRUNED\n3,,5.0,RUNNING'
  expect(await read(optuna, { metric: 'value' })).toMatchObject({
    trials: [{ state: 'finished' }, { state: 'failed' }, { state: 'stopped' }],
    skipped: { running: 1 },
    config: { parameters: { x: { distribution: 'uniform' } } },
  })
  const own = 'number,state,value,params.opt.lr,params.n\n1,finished,0.5,0.1,3'
  expect((await read(own, { metric: 'value' })).config).toMatchObject({
    parameters: { 'opt.lr': { value: { value: 0.1 } }, n: { value: 3 } },
  })
})

it.each([
  ['a column that is not there', 'lr,accuracy\n1,2', /no column loss; it has: lr, accuracy/],
  ['an empty parameter', 'lr,loss\n1,2\n,3', /row 3: lr is empty/],
  ['a metric that is no number', 'lr,loss\n1,low', /row 2: loss is low/],
  ['a row of another length', 'lr,loss\n1', /trials\.csv: /],
  ['a table without parameters', 'loss\n1', /no column of a parameter/],
])('refuses %s with its place', async (_title, text, message) => {
  await expect(read(text)).rejects.toThrow(message)
})
