import type { TrialBody } from '@chimney/core/schema/api'
import { expect, it } from 'vitest'
import { parseSort, sortedRows, sortText } from '../model/table-column.ts'
import { trialTable } from '../model/trial-table.ts'
import { tableColumns } from './trial-columns.ts'

const trials = [
  { number: 1, params: { opt: 'sgd' }, value: 3, state: 'finished' },
  { number: 2, run: 'two', params: { opt: 'adam' }, state: 'running' },
  { number: 3, params: { opt: 'adam' }, value: 1, state: 'finished' },
  { number: 4, params: {}, value: 2, state: 'stopped' },
] as unknown as TrialBody[]
const table = trialTable(undefined, trials)
const latest = new Map([['two', 0.5]])
const all = new Uint8Array(4).fill(1)
const by = (key: string, down: boolean, mask = all) =>
  sortedRows(
    mask,
    tableColumns(table, latest).find((column) => column.key === key),
    down,
  ).map((row) => row + 1)

it('sorts by value either way, and keeps what has none last', () => {
  expect(by('value', false)).toEqual([3, 4, 1, 2])
  expect(by('value', true)).toEqual([1, 4, 3, 2])
})

it('tells where a running trial stands, without taking that for its result', () => {
  const value = tableColumns(table, latest).find(({ key }) => key === 'value')!
  expect([0, 1, 2].map((row) => value.latestText!(row))).toEqual([undefined, '0.5', undefined])
  expect([value.text(1, 0), value.raw(1), value.missing(1)]).toEqual(['', undefined, true])
})

it('keeps equal rows in the order of their numbers', () => {
  expect(by('param:opt', true)).toEqual([2, 3, 1, 4])
  expect(by('state', false)).toEqual([1, 3, 2, 4])
})

it('shows only rows that pass', () => {
  expect(by('number', true, Uint8Array.of(1, 0, 1, 0))).toEqual([3, 1])
})

it('reads its order back from the address', () => {
  expect(parseSort(sortText({ key: 'param:lr', down: true }))).toEqual({ key: 'param:lr', down: true })
  expect(parseSort(null)).toBeUndefined()
})
