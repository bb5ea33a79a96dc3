import { expect, it } from 'vitest'
import { type ExpressionError, parseExpression } from './expression.ts'

const rows = [
  { lr: 0.001, optimizer: 'adam', 'val/loss': 0.5, 'batch size': 32, amp: true },
  { lr: 0.1, optimizer: 'lion', 'val/loss': Number.NaN, 'batch size': 64, amp: false },
  { lr: 0.005, optimizer: 'sgd', 'val/loss': 0.2, 'batch size': 32 },
  { optimizer: 'lion', 'val/loss': 0.1, 'batch size': 128, amp: true },
] as readonly Readonly<Record<string, unknown>>[]
const columnOf = (name: string) =>
  rows.some((row) => name in row) ? (row: number) => rows[row]![name] : undefined
const passing = (text: string) => {
  const predicate = parseExpression(text, columnOf)
  return rows.flatMap((_, row) => (predicate(row) ? [row] : []))
}

it.each([
  ['lr < 0.01 and optimizer in (adam, lion)', [0]],
  ['lr<1e-2', [0, 2]],
  ['optimizer = lion or lr = 0.005', [1, 2, 3]],
  ['not (optimizer = lion) and val/loss <= .5', [0, 2]],
  ['optimizer not in ("adam", \'sgd\')', [1, 3]],
  ['`batch size` = 32', [0, 2]],
  ['amp = true', [0, 3]],
  ['lr is missing', [3]],
  ['lr is not missing AND val/loss is missing', [1]],
  ['optimizer ~ DA', [0]],
  ['optimizer != lion', [0, 2]],
  // A missing value is not different from a number: it is not compared.
  ['lr != 0.1', [0, 2]],
  ['val/loss > -1', [0, 2, 3]],
])('%s', (text, expected) => {
  expect(passing(text)).toEqual(expected)
})

it.each([
  ['lr <', 'expected a value at the end', 4],
  ['nothing = 1', 'there is no column nothing', 0],
  ['lr = 1 optimizer = adam', 'expected and or or, found optimizer', 7],
  ['(lr = 1', 'expected ) at the end', 7],
  ['lr < adam', '< compares numbers; adam is none', 5],
  ['optimizer in adam', 'expected (, found adam', 13],
  ['lr ! 3', 'unexpected !', 2],
])('refuses %s: %s', (text, message, at) => {
  try {
    passing(text)
    throw new Error('was accepted')
  } catch (error) {
    expect([(error as Error).message, (error as ExpressionError).at]).toEqual([message, at])
  }
})
