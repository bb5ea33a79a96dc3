import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Problem } from './problem.ts'
import { decodeTrialMessage, encodeTrialMessage, type TrialMessage } from './trial-message.ts'

const message: TrialMessage = {
  v: 1,
  entity: 'acme',
  project: 'my digits',
  sweep: 'ab12cd34',
  number: 7,
  run: 'r1',
  attempt: 2,
}

it('reads back what was written, and nothing but the keys', () => {
  expect(decodeTrialMessage(encodeTrialMessage({ ...message, params: { lr: 1 } } as TrialMessage))).toEqual(
    message,
  )
})

it.each([
  { title: 'no JSON', body: 'hello' },
  { title: 'another version', body: JSON.stringify({ ...message, v: 2 }) },
  { title: 'no attempt', body: JSON.stringify({ ...message, attempt: undefined }) },
  { title: 'number zero', body: JSON.stringify({ ...message, number: 0 }) },
  { title: 'a list', body: '[]' },
])('refuses $title', ({ body }) => {
  expect(() => decodeTrialMessage(body)).toThrow(expect.objectContaining({ code: 'bad-trial-message' }))
})

it('throws nothing but a problem, whatever arrives', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      try {
        decodeTrialMessage(body)
      } catch (error) {
        expect(error).toBeInstanceOf(Problem)
      }
    }),
  )
})
