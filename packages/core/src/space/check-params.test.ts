import { describe, expect, it } from 'vitest'
import { Float, type Json } from '../schema/json.ts'
import { parseSweepConfig } from '../schema/parse-sweep-config.ts'
import { buildSpace } from './build-space.ts'
import { checkParams, fitParams } from './check-params.ts'

const space = buildSpace(
  parseSweepConfig(`
method: random
parameters:
  lr: {min: 0.0, max: 1.0}
  layers: {min: 1, max: 4}
  opt: {values: [adam, sgd]}
  seed: {value: 7}
  beta: {min: 0.5, max: 0.9, when: {opt: adam}}
  q: {distribution: q_uniform, min: 1, max: 10, q: 2, rounding: nearest}
  net: {parameters: {width: {values: [8, 16]}}}
`).config.parameters,
)
const good = { lr: 0.5, layers: 2, opt: 'sgd', q: 4, net: { width: 8 } }

describe('fitParams', () => {
  it('fills in constants and gives numbers the type that the space gives them', () => {
    expect(fitParams(space, { ...good, lr: 1, layers: new Float(3) })).toStrictEqual({
      params: { layers: 3, lr: new Float(1), net: { width: 8 }, opt: 'sgd', q: 4, seed: 7 },
      issues: [],
    })
  })

  it('takes the steps of a grid and the multiples of q', () => {
    expect(checkParams(space, { ...good, q: 3 })).toEqual([])
    expect(checkParams(space, { ...good, q: 10 })).toEqual([])
  })

  it.each<[string, { [name: string]: Json }, string[]]>([
    ['a missing parameter', { lr: 0.5, layers: 2, opt: 'sgd', q: 4 }, ['net.width']],
    ['a value out of range', { ...good, lr: 1.5 }, ['lr']],
    ['a text for a number', { ...good, lr: '0.5' }, ['lr']],
    ['NaN', { ...good, lr: new Float(Number.NaN) }, ['lr']],
    ['a fraction for an integer', { ...good, layers: 2.5 }, ['layers']],
    ['a value that is not listed', { ...good, opt: 'lion' }, ['opt']],
    ['another constant', { ...good, seed: 8 }, ['seed']],
    ['a parameter that does not exist here', { ...good, beta: 0.6 }, ['beta']],
    ['a parameter that is due here', { ...good, opt: 'adam' }, ['beta']],
    ['a number between steps', { ...good, q: 2.5 }, ['q']],
    ['an unknown name', { ...good, momentum: 1, net: { width: 8, depth: 1 } }, ['net.depth', 'momentum']],
    ['a value for a group', { ...good, net: 5 }, ['net.width', 'net']],
    ['several mistakes', { lr: 2, layers: 9, opt: 'sgd', q: 4, net: { width: 8 } }, ['layers', 'lr']],
  ])('names %s', (_, params, paths) => {
    const issues = checkParams(space, params)
    expect(issues.map(({ path }) => path)).toEqual(paths)
    for (const { fix } of issues) expect(fix).toBeTruthy()
  })
})
