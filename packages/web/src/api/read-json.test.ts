import { expect, it } from 'vitest'
import { readJson } from './read-json.ts'

it('shows all digits of long integers in parameters and configs, and numbers elsewhere', () => {
  const text =
    '{"params":{"a":[9007199254740993,1],"b":{"seed":-12345678901234567890},"c":"x 9007199254740993"},"value":9007199254740993,"summary":{"t":1700000000000000001},"params ":1}'
  expect(readJson(text)).toEqual({
    params: { a: ['9007199254740993', 1], b: { seed: '-12345678901234567890' }, c: 'x 9007199254740993' },
    value: 9007199254740992,
    summary: { t: 1700000000000000000 },
    'params ': 1,
  })
})

it.each([
  '{"config":{"x":0.12345678901234567,"y":1e300}}',
  '[1,{"params":{}},"\\"params\\":{1234567890123456789"]',
])('is JSON.parse for %s', (text) => expect(readJson(text)).toEqual(JSON.parse(text)))
