import { expect, it } from 'vitest'
import { compareUrl, groupUrl, registryTarget, routeOf, runUrl, sweepUrl } from './routes.ts'

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
  ['/acme/digits/artifacts', { page: 'artifacts', entity: 'acme', project: 'digits' }],
  ['/acme/digits/artifacts/model', { page: 'artifacts', entity: 'acme', project: 'digits', type: 'model' }],
  [
    '/acme/digits/artifacts/model/net/v3',
    { page: 'artifact', entity: 'acme', project: 'digits', collection: 'net', version: 'v3' },
  ],
  [
    '/acme/digits/artifacts/model/net',
    { page: 'artifact', entity: 'acme', project: 'digits', collection: 'net' },
  ],
  ['/acme/digits/reports', { page: 'reports', entity: 'acme', project: 'digits' }],
  ['/acme/digits/reports/r1', { page: 'report', entity: 'acme', project: 'digits', report: 'r1' }],
  ['/acme/digits/groups/cv', { page: 'group', entity: 'acme', project: 'digits', group: 'cv' }],
  ['/acme/registry/model', { page: 'registry', entity: 'acme', registry: 'model' }],
  ['/orgs/acme/registry/model', { page: 'registry', entity: 'acme', registry: 'model' }],
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

it('leads links of groups and registries to their pages', () => {
  const where = new URL(groupUrl('acme', 'digits', 'the "first"'), 'http://host').searchParams.get('where')
  expect(where).toBe('group = "the \\"first\\""')
  const query = new URLSearchParams('selectionPath=acme%2Fwandb-registry-model%2FDigits&version=v1')
  expect(registryTarget('acme', 'model', query)).toBe('/acme/wandb-registry-model/artifacts/-/Digits/v1')
  expect(registryTarget('acme', 'model', new URLSearchParams())).toBe('/acme/wandb-registry-model/artifacts')
})
