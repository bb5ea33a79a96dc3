import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROJECT, type TestApp, testApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp()
})
afterAll(() => app.stop())

const post = (text: string) => app.call('POST', `${PROJECT}/sweeps`, { text })
const create = async (text: string) => `${PROJECT}/sweeps/${(await post(text)).body.id}`
const NET = `parameters:
  head: {min: 1, max: 64}
  backbone: {min: 1, max: 64}
  opt: {values: [sgd, adam]}
  lr: {min: 0.0, max: 1.0}
constraints_on_parameters:
  - head <= backbone / 2
  - not (opt == "sgd" and lr > 0.1)
`
interface Net {
  readonly head: number
  readonly backbone: number
  readonly opt: string
  readonly lr: number
}
const isAllowed = ({ head, backbone, opt, lr }: Net) => head <= backbone / 2 && !(opt === 'sgd' && lr > 0.1)

describe('constraints_on_parameters', () => {
  it.each(['random', 'sobol', 'bayes', 'cmaes'])(
    'hold for every trial of %s, whatever was enqueued',
    async (method) => {
      const sweep = await create(`method: ${method}\nseed: 4\nmetric: {name: loss}\n${NET}`)
      const enqueue = (params: object) => app.call('POST', `${sweep}/enqueue`, { body: { params } })
      expect(await enqueue({ backbone: 8 })).toMatchObject({ status: 201 })
      expect(await enqueue({ opt: 'sgd', head: 3 })).toMatchObject({ status: 201 })
      expect(await enqueue({ head: 33, backbone: 64 })).toMatchObject({
        status: 400,
        body: {
          code: 'invalid-params',
          errors: [{ path: 'params.backbone', message: expect.stringContaining('head <= backbone / 2') }],
        },
      })
      for (let number = 1; number <= 12; number++) {
        const { trials } = (await app.call('POST', `${sweep}/trials`, { body: {} })).body
        const { params, run } = trials[0]
        expect(isAllowed(params)).toBe(true)
        if (number === 1) expect(params.backbone).toBe(8)
        if (number === 2) expect(params).toMatchObject({ opt: 'sgd', head: 3 })
        const summary = { loss: params.lr - params.head }
        await app.call('POST', `${PROJECT}/runs/${run}/finish`, { body: { state: 'finished', summary } })
      }
    },
  )

  it('leave cells of a grid out: its limit counts the others, and it ends after them', async () => {
    const sweep = await create(
      'method: grid\nparameters:\n  a: {values: [1, 2, 3]}\n  b: {values: [1, 2, 3]}\nconstraints_on_parameters: [a < b]\n',
    )
    expect((await app.call('GET', sweep)).body).toMatchObject({ limit: 3 })
    // A cell that is enqueued runs once.
    await app.call('POST', `${sweep}/enqueue`, { body: { params: { a: 2 } } })
    const { trials } = (await app.call('POST', `${sweep}/trials`, { body: { count: 9 } })).body
    expect(trials.map(({ params }: { params: object }) => params)).toEqual([
      { a: 2, b: 3 },
      { a: 1, b: 2 },
      { a: 1, b: 3 },
    ])
    for (const { run } of trials)
      await app.call('POST', `${PROJECT}/runs/${run}/finish`, { body: { state: 'finished' } })
    expect(await app.call('POST', `${sweep}/trials`, { body: {} })).toMatchObject({ status: 409 })
  })

  it.each(['tpe', 'bayes'])('of a finite space are counted by %s', async (method) => {
    const sweep = await create(
      `method: ${method}\nmetric: {name: loss}\nparameters:\n  a: {min: 1, max: 9}\n  b: {min: 1, max: 9}\nconstraints_on_parameters: [a + b == 6]\n`,
    )
    const { trials } = (await app.call('POST', `${sweep}/trials`, { body: { count: 100 } })).body
    expect(new Set(trials.map(({ params }: { params: { a: number } }) => params.a))).toEqual(
      new Set([1, 2, 3, 4, 5]),
    )
    expect(trials).toHaveLength(5)
  })

  it.each([
    ['[width < 3]', 'constraints_on_parameters.0', 'width is not a parameter'],
    ['["a < 3", "a <"]', 'constraints_on_parameters.1', 'column'],
    ['a < 3', 'constraints_on_parameters', 'must be a list'],
    ['[a > 3]', 'constraints_on_parameters', 'no combination'],
  ])('%s is refused at creation', async (constraints, path, message) => {
    const response = await post(
      `method: grid\nparameters: {a: {values: [1, 2, 3]}}\nconstraints_on_parameters: ${constraints}\n`,
    )
    expect(response.status).toBe(400)
    expect(response.body.errors[0]).toMatchObject({ path, fix: expect.any(String) })
    expect(response.body.errors[0].message).toContain(message)
  })
})
