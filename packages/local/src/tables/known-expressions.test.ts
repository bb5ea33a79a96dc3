import type { ExpressionContext } from 'dynalite'
import conditionParser from 'dynalite/db/conditionParser.js'
import updateParser from 'dynalite/db/updateParser.js'
import { expect, it } from 'vitest'
import { remembered } from './known-expressions.ts'

const CASES = [
  ['condition', 'attribute_not_exists(#pk)', {}],
  ['condition', '#rev = :before', { ':before': { N: '1' } }],
  [
    'condition',
    '#rev = :before AND (#state = :a OR #state IN (:a, :b))',
    { ':before': { N: '1' }, ':a': { S: 'x' }, ':b': { S: 'y' } },
  ],
  [
    'condition',
    '#pk = :pk AND #sk BETWEEN :low AND :high',
    { ':pk': { S: 'p' }, ':low': { S: 'a' }, ':high': { S: 'b' } },
  ],
  [
    'condition',
    '#pk = :pk AND #sk BETWEEN :low AND :high',
    { ':pk': { S: 'p' }, ':low': { S: 'b' }, ':high': { S: 'a' } },
  ],
  ['condition', 'begins_with(#pk, :pk)', { ':pk': { S: 'p' } }],
  ['condition', 'begins_with(#pk, :pk)', { ':pk': { N: '1' } }],
  ['condition', '#rev = :unknown', {}],
  ['condition', '#rev = ', {}],
  ['condition', '#rev = :before', { ':before': { N: '1' }, ':unused': { N: '2' } }],
  [
    'update',
    'SET #a = :a, #b = #c REMOVE #d ADD #n :one DELETE #s :members',
    { ':a': { M: { x: { S: 'y' } } }, ':one': { N: '1' }, ':members': { NS: ['1'] } },
  ],
  ['update', 'ADD #n :one', { ':one': { S: 'not a number' } }],
  ['update', 'SET #a = :same, #b = :same', { ':same': { L: [{ N: '1' }] } }],
] as const
const NAMES = Object.fromEntries(
  ['pk', 'sk', 'rev', 'state', 'a', 'b', 'c', 'd', 'n', 's'].map((name) => [`#${name}`, name]),
)

/** Other values of the same types. */
const others = (values: Readonly<Record<string, object>>) =>
  JSON.parse(JSON.stringify(values), (_, value) => (typeof value === 'string' ? `${value}1` : value))

it.each(CASES)('parses a %s as dynalite does, the second time too: %s %j', (kind, expression, values) => {
  const { parse } = kind === 'update' ? updateParser : conditionParser
  const parseAgain = remembered(parse)
  const outcome = (by: typeof parse, attrVals: Readonly<Record<string, object>>) => {
    const context: ExpressionContext = {
      attrNames: NAMES,
      attrVals,
      unusedAttrNames: { ...NAMES },
      unusedAttrVals: { ...attrVals },
      ...{
        isReserved: () => false,
        compare: (_: string, low: { S: string }, high: { S: string }) => low.S > high.S,
      },
    }
    try {
      const { unusedAttrNames, unusedAttrVals } = context
      return { parsed: by(expression, { context }), unusedAttrNames, unusedAttrVals }
    } catch (error) {
      return { error: String(error) }
    }
  }
  for (const used of [values, others(values), values])
    expect(outcome(parseAgain, used)).toEqual(outcome(parse, used))
})

it('hands out a form that its receiver may change', () => {
  const parse = remembered(updateParser.parse)
  const context = () => ({
    attrNames: { '#a': 'a' },
    attrVals: { ':a': { S: 'x' } },
    unusedAttrNames: {},
    unusedAttrVals: {},
    ...{ isReserved: () => false },
  })
  const parsed = () => parse('SET #a = :a', { context: context() }) as { sections: { val: unknown }[] }
  for (const section of parsed().sections) section.val = 'changed'
  expect(parsed().sections.map(({ val }) => val)).toEqual([{ S: 'x' }])
})
