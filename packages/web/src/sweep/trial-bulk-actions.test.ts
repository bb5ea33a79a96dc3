import { expect, it } from 'vitest'
import { copiedText } from './trial-bulk-actions.tsx'

it('copies one set of parameters, or a list of them', () => {
  const trials = [{ params: { lr: 0.1 } }, { params: { lr: 0.2, on: true } }]
  expect(copiedText(trials.slice(0, 1), 'JSON')).toBe('{"lr": 0.1}')
  expect(JSON.parse(copiedText(trials, 'JSON'))).toEqual([{ lr: 0.1 }, { lr: 0.2, on: true }])
  expect(copiedText(trials, 'Python')).toBe('[\n  {"lr": 0.1},\n  {"lr": 0.2, "on": True}\n]')
  expect(copiedText(trials, 'YAML')).toBe('lr: 0.1\n---\nlr: 0.2\non: true\n')
  expect(copiedText(trials, 'command line')).toBe('--lr=0.1\n--lr=0.2 --on=true')
})
