import { expect, it } from 'vitest'
import { changesFor, namesIn, stateOf, textOfNames } from './view-state.ts'

it('a view stores the state of a page without what belongs to a visit', () => {
  const query = new URLSearchParams('where=lr < 1&view=Mine&runs=a,b&zoom=loss~1~2&sort=loss:up&jupyter=true')
  expect(stateOf(query)).toBe('sort=loss%3Aup&where=lr+%3C+1')
  expect(stateOf(new URLSearchParams('b=2&a=1'))).toBe(stateOf(new URLSearchParams('a=1&b=2')))
})

it('opens a view in place of the state of the page', () => {
  const now = new URLSearchParams('sort=lr&group=opt&runs=a')
  expect(changesFor(now, 'sort=loss&columns=x', 'Mine')).toEqual({
    sort: 'loss',
    group: null,
    columns: 'x',
    view: 'Mine',
  })
  expect(changesFor(now, 'runs=z&view=Other', undefined)).toEqual({ sort: null, group: null, view: null })
})

it('keeps names with commas apart', () => {
  const names = ['val/loss', 'a, b', '50%']
  expect(namesIn(new URLSearchParams({ pin: textOfNames(names) }), 'pin')).toEqual(names)
  expect(namesIn(new URLSearchParams({ pin: 'a,%,b' }), 'pin')).toEqual(['a', 'b'])
})
