import { expect, it } from 'vitest'
import { checkConfig } from './check-config.ts'
import { TEMPLATES } from './sweep-templates.ts'

it.each(TEMPLATES)('$name has no mistake and no warning', ({ yaml }) => {
  expect(checkConfig(yaml).diagnostics).toEqual([])
})

it('says what the service would say, at its line', () => {
  const { config, diagnostics } = checkConfig(
    'method: random\nmetric: {name: acc, goal: up}\nparameters:\n  lr: {min: 1, max: 0}\n  n: {min: 0, max: 1}\n',
  )
  expect(config).toBeUndefined()
  expect(diagnostics).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ line: 2, severity: 'error' }),
      expect.objectContaining({ line: 4, severity: 'error' }),
      expect.objectContaining({ line: 5, severity: 'warning' }),
    ]),
  )
  expect(checkConfig('method: [').diagnostics).toHaveLength(1)
})
