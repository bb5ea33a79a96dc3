import { stringifyJson } from '@chimney/core/schema/json'
import { expect, it } from 'vitest'
import { boundedValues } from './bounded-values.ts'

const textOf = (values: object) => stringifyJson(values as never)

it('leaves what fits as it is', () => {
  const values = { loss: 1, text: 'x'.repeat(500) }
  expect(boundedValues(values, 1000)).toBe(values)
})

it('replaces the largest values by a note of their size, and no more than it must', () => {
  const values = { loss: 0.5, huge: 'h'.repeat(5000), large: 'l'.repeat(700) }
  expect(boundedValues(values, 1000)).toEqual({ ...values, huge: { _type: 'omitted', size: 5002 } })
})

it('counts bytes, not characters', () => {
  expect(boundedValues({ text: '€'.repeat(400) }, 1000)).toEqual({ text: { _type: 'omitted', size: 1202 } })
})

it('drops some of too many small values, but none that the client adds', () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`metric${i}`, i]))
  const bounded = boundedValues({ ...many, _step: 7, _timestamp: 1_700_000_000.123 }, 1000)
  expect(textOf(bounded).length).toBeLessThanOrEqual(1000)
  expect(bounded).toMatchObject({ _step: 7, _timestamp: 1_700_000_000.123 })
})
