import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Form, paramsText } from './params-text.ts'

const params = {
  lr: 0.08976315123456789,
  seed: '9007199254740993',
  optimizer: "it's a b",
  amp: true,
  clip: null,
  model: { layers: [1, 2], 'odd key': 'x' },
}

it.each<[Form, string]>([
  [
    'command line',
    `--lr=0.08976315123456789 --seed=9007199254740993 '--optimizer=it'\\''s a b' --amp=true --clip=null '--model.layers=[1, 2]' '--model.odd key=x'`,
  ],
  [
    'Python',
    `{"lr": 0.08976315123456789, "seed": 9007199254740993, "optimizer": "it's a b", "amp": True, "clip": None, "model": {"layers": [1, 2], "odd key": "x"}}`,
  ],
])('writes parameters as %s with all digits', (form, text) => {
  expect(paramsText(params, form)).toBe(text)
})

it('writes YAML and JSON that read back as the parameters', () => {
  const { seed, ...rest } = params
  expect(parse(paramsText(params, 'YAML'), { intAsBigInt: true })).toEqual({
    ...rest,
    seed: BigInt(seed),
    model: { layers: [1n, 2n], 'odd key': 'x' },
  })
  expect(JSON.parse(paramsText(rest, 'JSON'))).toEqual(rest)
})
