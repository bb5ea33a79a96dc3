import { expect, it } from 'vitest'
import { expressions } from './expression.ts'

it('uses placeholders for every name and value, and declares none that it does not use', () => {
  const change = {
    set: { state: 'running', reason: undefined },
    copy: { former: 'state' },
    add: { taken: 2 },
    drop: { waiting: new Set([3]) },
  }
  expect(expressions({ that: '#rev = :before', values: { before: 1 } }, change)).toEqual({
    UpdateExpression:
      'SET #state = :set_state, #former = #state REMOVE #reason ADD #taken :add_taken DELETE #waiting :drop_waiting',
    ConditionExpression: '#rev = :before',
    ExpressionAttributeNames: {
      '#state': 'state',
      '#former': 'former',
      '#reason': 'reason',
      '#taken': 'taken',
      '#waiting': 'waiting',
      '#rev': 'rev',
    },
    ExpressionAttributeValues: {
      ':set_state': { S: 'running' },
      ':add_taken': { N: '2' },
      ':drop_waiting': { NS: ['3'] },
      ':before': { N: '1' },
    },
  })
})

it('omits empty parts', () => {
  expect(expressions(undefined)).toEqual({})
})
