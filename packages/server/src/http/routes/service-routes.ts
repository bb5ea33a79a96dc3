import manifest from '../../../package.json' with { type: 'json' }
import { answer, jsonText } from '../answers/answer.ts'
import { projectBody } from '../answers/present.ts'
import { type Route, route } from '../route.ts'
import { PageQuery } from './queries.ts'

/** Both change only with a deployment. */
const CACHED = { 'Cache-Control': 'public, max-age=300' }

/** Loaded when somebody reads it, which is seldom. */
const openapi = async () =>
  (await import('../reference/generated/openapi.json', { with: { type: 'json' } })).default

export const serviceRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/healthz',
    id: 'getHealth',
    tag: 'Service',
    summary: 'Whether the service is ready',
    open: true,
    answers: { 200: { description: 'It is', schema: 'Health' } },
    handle: async () => answer(200, { status: 'ok', version: manifest.version }),
  }),
  route({
    method: 'GET',
    path: '/openapi.json',
    id: 'getOpenapi',
    tag: 'Service',
    summary: 'This document',
    open: true,
    answers: { 200: { description: 'OpenAPI 3.1', schema: 'AnyObject' } },
    handle: async () => jsonText(200, JSON.stringify(await openapi()), CACHED),
  }),
  route({
    method: 'GET',
    path: '/docs',
    id: 'getDocs',
    tag: 'Service',
    summary: 'This document as a page to read',
    open: true,
    answers: { 200: { description: 'A page', type: 'text/html' } },
    handle: async () => (await import('../reference/docs-page.ts')).docsPage(await openapi(), CACHED),
  }),
  route({
    method: 'GET',
    path: '/v1/{entity}/projects',
    id: 'listProjects',
    tag: 'Projects',
    summary: 'List the projects of an entity by name',
    description: 'A project is made with its first sweep or run.',
    query: PageQuery,
    answers: { 200: { description: 'A page of projects', schema: 'ProjectPage' } },
    handle: async ({ deps, names, query }) => {
      const page = await deps.store.listProjects(names.entity, query)
      return answer(200, { items: page.items.map(projectBody), next_cursor: page.cursor })
    },
  }),
]
