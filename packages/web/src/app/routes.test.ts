import { expect, it } from 'vitest'
import { compareUrl, routeOf, runUrl, sweepUrl } from './routes.ts'

it.each([
  ['/', { page: 'home' }],
  ['/authorize', { page: 'authorize' }],
  ['/settings', { page: 'settings' }],
  ['/acme', { page: 'entity', entity: 'acme' }],
  ['/acme/digits', { page: 'project', entity: 'acme', project: 'digits' }],
  ['/acme/digits/sweeps', { page: 'sweeps', entity: 'acme', project: 'digits' }],
  ['/acme/digits/new-sweep', { page: 'new-sweep', entity: 'acme', project: 'digits' }],
  ['/acme/digits/sweeps/abc', { page: 'sweep', entity: 'acme', project: 'digits', sweep: 'abc' }],
  ['/acme/digits/runs/r-1/files', { page: 'run', entity: 'acme', project: 'digits', run: 'r-1' }],
  ['/acme/digits/artifacts/model/net/v3', { page: 'project', entity: 'acme', project: 'digits' }],
  ['/acme/digits/groups/cv', { page: 'project', entity: 'acme', project: 'digits' }],
  ['/acme/registry/model', { page: 'entity', entity: 'acme' }],
  ['/acme/digits/nothing', { page: 'unknown' }],
  ['/%', { page: 'unknown' }],
])('parses %s', (path, route) => {
  expect(routeOf(path)).toEqual(route)
})

it('parses the URLs that it builds, including spaces', () => {
  expect(routeOf(runUrl('acme', 'my project', 'run (1)'))).toEqual({
    page: 'run',
    entity: 'acme',
    project: 'my project',
    run: 'run (1)',
  })
  expect(routeOf(sweepUrl('a', 'b', 'c'))).toMatchObject({ page: 'sweep', sweep: 'c' })
  expect(compareUrl('a', 'b', ['x-1', 'x 2'])).toBe('/a/b/compare?runs=x-1,x%202')
})
