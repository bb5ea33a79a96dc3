import { describe, expect, it } from 'vitest'
import { type Json, stringifyJson } from './json.ts'
import { parseSweepConfig } from './parse-sweep-config.ts'

describe('what a config means', () => {
  it.each([
    ['{min: 0, max: 1}', 'its only values are 0, 1; write 0.0 and 1.0 for a range of floats'],
    ['{min: -1, max: 1}', 'its only values are -1, 0, 1'],
    ['{min: 0.0, max: 1}', undefined],
    ['{min: 1, max: 4}', undefined],
    ['{values: ["1e-5", "0.5", "3"]}', 'write 1.0e-5, 0.5, 3'],
    ['{values: ["12e4567", "1234567", "7e10a3b"]}', undefined],
    ['{values: ["007", "008"]}', undefined],
    ['{value: "0.1"}', 'write 0.1'],
    ['{values: ["a", "1"]}', undefined],
    ['{distribution: q_uniform, min: 2, max: 10, q: 5}', 'in the range, 5 to 10; W&B rounds to 0 to 10'],
    ['{distribution: q_uniform, min: 2, max: 10, q: 2}', undefined],
    ['{distribution: q_uniform, min: 2, max: 10, q: 5, rounding: nearest}', undefined],
    ['{min: 1, max: 9, description: text}', 'parameters.x.description is unknown and ignored'],
  ])('warns where the parameter %s may mean something else', (text, warning) => {
    const parsed = parseSweepConfig(`{method: random, parameters: {x: ${text}, y: {min: 0.5, max: 1}}}`)
    expect(parsed.warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)])
    expect(parsed.notes).toEqual([])
  })

  it.each([
    ['method: random', 'have 3 points, each of which is tried once, so the sweep ends after 3', true],
    ['method: bayes\nmetric: {name: a}', 'so the sweep ends after 3', true],
    ['method: random\nrun_cap: 20', 'run_cap is 20, but the parameters have only 3 points', false],
    ['method: grid\nrun_cap: 20', 'run_cap is 20, but the parameters have only 3 points', false],
    ['method: random\nrun_cap: 2', undefined, false],
    ['method: grid', undefined, false],
  ])('says when a finite space ends the sweep: %s', (head, warning, harmless) => {
    const { warnings, notes } = parseSweepConfig(`${head}\nparameters: {x: {values: [1, 2, 3]}}\n`)
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)])
    expect(notes).toEqual(harmless ? warnings : [])
  })

  it.each([
    ['Maximize', 'maximize'],
    ['max', 'maximize'],
    ['MIN', 'minimize'],
    [`maximi${'s'}e`, 'maximize'],
  ])('reads the goal %s, of metric and of each of metrics', (word, goal) => {
    const { config, warnings } = parseSweepConfig(
      `{method: random, metric: {name: a, goal: ${word}}, parameters: {x: {min: 0.5, max: 1}}}`,
    )
    expect([config.metric?.goal, warnings]).toEqual([goal, []])
    const several = `{method: random, metrics: [{name: a, goal: ${word}}, {name: b}], parameters: {x: {value: 1}}}`
    expect(parseSweepConfig(several).config.metrics?.map((metric) => metric.goal)).toEqual([goal, 'minimize'])
  })

  it.each([
    ['metric: {name: a, summary: last}', { metric: { summary: { kind: 'last' } } }],
    ['metric: {name: a, summary: best}', { metric: { summary: { kind: 'best' } } }],
    [
      'metrics: [{name: a, summary: {mean_of_last: 3}}, {name: b}]',
      { metrics: [{ summary: { kind: 'mean_of_last', count: 3 } }, { name: 'b' }] },
    ],
    ['max_seconds: {trial: 60, sweep: 3600.5}', { max_seconds: { trial: 60, sweep: 3600.5 } }],
    ['max_failures: 5', { max_failures: { in_a_row: 5 } }],
    ['max_failures: {share: 0.5, at_least: 10}', { max_failures: { share: 0.5, at_least: 10 } }],
  ])('reads %s, and its own answer again', (line, wanted) => {
    const { config, warnings } = parseSweepConfig(
      `method: random\nparameters: {x: {min: 0.5, max: 1}}\n${line}\n`,
    )
    expect(warnings).toEqual([])
    expect(config).toMatchObject(wanted)
    expect(parseSweepConfig(stringifyJson(config as unknown as Json)).config).toStrictEqual(config)
  })

  it('takes a hyperband with max_iter but no s by its min_iter', () => {
    const { config, warnings, notes } = parseSweepConfig(
      '{method: random, metric: {name: a}, early_terminate: {type: hyperband, min_iter: 5, max_iter: 50}, parameters: {x: {min: 0.5, max: 1}}}',
    )
    expect(config.early_terminate).toMatchObject({ min_iter: 5, max_iter: 50 })
    expect(warnings).toEqual(['early_terminate.max_iter is ignored: it needs s as well'])
    expect(notes).toEqual(warnings)
  })

  it('names warnings beside the errors', () => {
    expect(() =>
      parseSweepConfig('{method: random, notes: 1, run_cap: 0, parameters: {x: {value: 1}}}'),
    ).toThrow(expect.objectContaining({ warnings: expect.arrayContaining(['notes is unknown and ignored']) }))
  })
})
