import type { TrialBody } from '@chimney/core/schema/api/trials'
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

it('sorts by value in both directions, with missing values last', () => {
  expect(by('value', false)).toEqual([3, 4, 1, 2])
  expect(by('value', true)).toEqual([1, 4, 3, 2])
})

it('shows the latest value of a running trial, but not as its result', () => {
  const value = tableColumns(table, latest).find(({ key }) => key === 'value')!
  expect([0, 1, 2].map((row) => value.latestText!(row))).toEqual([undefined, '0.5', undefined])
  expect([value.text(1, 0), value.raw(1), value.missing(1)]).toEqual(['', undefined, true])
})

it('orders ties by number', () => {
  expect(by('param:opt', true)).toEqual([2, 3, 1, 4])
  expect(by('state', false)).toEqual([1, 3, 2, 4])
})

it('returns only rows in the mask', () => {
  expect(by('number', true, Uint8Array.of(1, 0, 1, 0))).toEqual([3, 1])
})

it('parses the sort order from the URL', () => {
  expect(parseSort(sortText({ key: 'param:lr', down: true }))).toEqual({ key: 'param:lr', down: true })
  expect(parseSort(null)).toBeUndefined()
})
