import { describe, expect, it } from 'vitest'
import { namesIn } from './config-names.ts'

describe('the names in a config', () => {
  it.each([
    {
      title: 'an object',
      config: { project: 'p', entity: 'e', method: 'grid' },
      gives: { project: 'p', entity: 'e' },
    },
    { title: 'JSON', config: '{"project": "p"}', gives: { project: 'p' } },
    { title: 'YAML', config: 'project: my digits  # x\r\nmethod: grid\n', gives: { project: 'my digits' } },
    {
      title: 'quoted YAML',
      config: 'entity: "a b"\nproject: \'c d\'\n',
      gives: { entity: 'a b', project: 'c d' },
    },
    { title: 'nested keys', config: 'parameters:\n  project:\n    value: 1\n  entity: x\n', gives: {} },
    { title: 'null', config: 'project: null\n', gives: {} },
  ])('are found in $title', ({ config, gives }) => {
    expect(namesIn(config)).toEqual(gives)
  })
})
