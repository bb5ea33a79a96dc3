import { stringifyJson } from '@chimney/core/schema/json'
import { parseYaml } from '@chimney/core/schema/yaml'
import { type TestWandb, testWandb, UPSERT_SWEEP } from '@chimney/server/wandb/test-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Shape } from './config-shape.ts'
import { SHAPES as WHOLE } from './config-shapes.ts'
import { PARAMETER_SHAPES } from './parameter-shapes.ts'

const SHAPES = [...WHOLE, ...PARAMETER_SHAPES]

let api: TestWandb
beforeAll(async () => {
  api = await testWandb()
})
afterAll(() => api.stop())

const post = (text: string) => api.call('POST', '/v1/acme/digits/sweeps', { text })
const jsonOf = (text: string) => stringifyJson(parseYaml(text.replace(/^\uFEFF/, '')).value)

it('there are more than sixty shapes, with different titles', () => {
  expect(new Set(SHAPES.map(({ title }) => title)).size).toBe(SHAPES.length)
  expect(SHAPES.length).toBeGreaterThan(60)
})

describe.each([
  ['YAML', (shape: Shape) => shape.config],
  ['JSON', (shape: Shape) => jsonOf(shape.config)],
])('a config as %s over HTTP', (form, textOf) => {
  it.each(SHAPES)('$title', async (shape) => {
    const { status, body } = await post(textOf(shape))
    if (shape.refused) {
      expect([status, body.errors?.map(({ path }: { path: string }) => path)]).toEqual([400, shape.refused])
      for (const { fix } of body.errors) expect(fix).toBeTruthy()
      return
    }
    expect(body).toMatchObject({
      warnings: expectedWarnings(form === 'JSON' && shape.yaml ? [] : shape.warns),
    })
    expect(status).toBe(201)
    const { body: sweep } = await api.call('GET', `/v1/acme/digits/sweeps/${body.id}`)
    expect(sweep.config).toMatchObject(shape.means ?? {})
  })
})

describe('a config from the W&B client', () => {
  it.each(SHAPES)('$title', async (shape) => {
    const { status, body } = await api.ask(UPSERT_SWEEP, { config: shape.config, projectName: 'digits' })
    if (shape.refused) {
      expect(status).toBe(400)
      const lines: string[] = body.errors[0].message
        .split('\n')
        .filter((line: string) => !line.startsWith('warning: '))
      expect(lines.map((line) => line.split(': ')[0])).toEqual(shape.refused)
      return
    }
    const { warns = [], notes = 0 } = shape
    const { sweep, configValidationWarnings } = body.data.upsertSweep
    expect(configValidationWarnings).toEqual(expectedWarnings(warns.slice(0, warns.length - notes)))
    const { body: read } = await api.call('GET', `/v1/acme/digits/sweeps/${sweep.name}`)
    expect(read.config).toMatchObject(shape.means ?? {})
  })
})

const expectedWarnings = (parts: readonly string[] = []) => parts.map((part) => expect.stringContaining(part))
