import { expect, it } from 'vitest'
import { parseForm, type SweepForm, updateYaml } from './sweep-form.ts'

const TEXT = `# mine
method: bayes
metric: {name: loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1} # the rate
  size: {values: [16, 32]}
  odd: {distribution: q_normal, mu: 0, sigma: 1, q: 2}
run_cap: 50
command: [python, train.py]
`
const form = parseForm(TEXT)!
const changed = (change: Partial<SweepForm>) => updateYaml(TEXT, form, { ...form, ...change })

it('parses a config for the form', () => {
  expect(form).toMatchObject({ method: 'bayes', metric: 'loss', goal: 'minimize', cap: '50', early: '' })
  expect(form.parameters.map(({ name, kind, values, min }) => [name, kind, values, min])).toEqual([
    ['lr', 'log', '', '0.0001'],
    ['size', 'values', '16, 32', ''],
    ['odd', 'other', '', ''],
  ])
})

it.each(['Maximize', 'max', `maximi${'s'}e`])('shows the goal %s as the service reads it', (goal) => {
  expect(parseForm(`metric: {name: a, goal: ${goal}}`)).toMatchObject({ goal: 'maximize' })
  expect(parseForm('metric: {name: a, goal: up}')).toMatchObject({ goal: 'up' })
})

it('updates only changed fields', () => {
  expect(updateYaml(TEXT, form, form).replaceAll(' ', '')).toBe(TEXT.replaceAll(' ', ''))
  const text = changed({ cap: '80', method: 'random' })
  expect(text).toContain('# the rate')
  expect(text).toContain('run_cap: 80')
  expect(parseForm(text)).toEqual({ ...form, cap: '80', method: 'random' })
})

it('round-trips parameters of every kind', () => {
  const parameters = [
    { name: 'a', kind: 'integer', values: '', min: '1', max: '9' },
    { name: 'b', kind: 'range', values: '', min: '0', max: '0.5' },
    { name: 'c', kind: 'values', values: 'adam, 3, true', min: '', max: '' },
    { name: 'd', kind: 'constant', values: '7', min: '', max: '' },
    { name: 'e', kind: 'log', values: '', min: '0.1', max: '1' },
  ] as const
  expect(parseForm(changed({ parameters }))!.parameters).toEqual(parameters)
})

it('is undefined for anything but a mapping', () => {
  expect(parseForm('- 1')).toBeUndefined()
  expect(parseForm('a: [')).toBeUndefined()
})

it('renames a parameter in its place, and keeps what the form does not show', () => {
  const yaml = `method: random
parameters:
  # the step size
  lr: {distribution: q_log_uniform_values, min: 0.001, max: 0.1, q: 0.001}
  momentum: {min: 0.5, max: 0.9}
`
  const form = parseForm(yaml)!
  const [lr, momentum] = form.parameters
  const next = { ...form, parameters: [{ ...lr!, name: 'lr_decay' }, momentum!] }
  expect(updateYaml(yaml, form, next)).toBe(
    yaml.replace('lr:', 'lr_decay:').replaceAll('{', '{ ').replaceAll('}', ' }'),
  )
})
