import { expect, it } from 'vitest'
import { issueDiagnostics, lineOf, yamlDiagnostics } from './yaml-diagnostics.ts'

const TEXT = `method: random
# a comment
parameters:
  lr:
    min: 1
    max: 0
  a.b: {values: [1, 2]}
  list:
    values:
      - 1
      - two
`

it.each([
  ['method', 1],
  ['parameters.lr.max', 6],
  ['parameters.lr.sigma', 4],
  ['parameters.a.b.values', 7],
  ['parameters.list.values[1]', 11],
  ['parameters.list.values.1', 11],
  ['metric', undefined],
])('finds the line of %s', (path, line) => {
  expect(lineOf(TEXT, path)).toBe(line)
})

it('reports syntax errors with their line', () => {
  expect(yamlDiagnostics('a: 1\nb: [1, 2\nc: 3\n')[0]?.line).toBeGreaterThan(1)
  expect(yamlDiagnostics(TEXT)).toEqual([])
})

it('puts warnings at their lines, by number or by path', () => {
  const warnings = ['line 2: `yes` is text', 'parameters.a.b: is ignored', 'the sweep never ends']
  expect(issueDiagnostics(TEXT, [], warnings).map(({ line }) => line)).toEqual([2, 7, undefined])
})
