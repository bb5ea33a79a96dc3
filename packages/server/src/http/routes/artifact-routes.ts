import { CollectionPatch, VersionPatch } from '@chimney/core/schema/api/artifact-requests'
import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { requireProject, runNotFound } from '../responses/not-found.ts'
import { noContent, respond } from '../responses/respond.ts'
import { namesOf, projectKeyOf, runKeyOf } from './path-names.ts'
import {
  ArtifactFilesQuery,
  CollectionsQuery,
  DeleteVersionQuery,
  PageQuery,
  RunArtifactsQuery,
} from './queries.ts'

const COLLECTIONS = '/v1/:entity/:project/artifacts'
const COLLECTION = '/v1/:entity/:project/artifacts/:collection'
const VERSION = '/v1/:entity/:project/artifacts/:collection/versions/:version'

const reading = () => import('../artifacts/read-artifacts.ts')
const changing = () => import('../artifacts/change-artifacts.ts')

/** The code, the project of the request, and what the code needs of it. */
async function asked(c: Context<AppEnv>) {
  const names = namesOf(c)
  const project = projectKeyOf(names)
  const read = await reading()
  return { read, names, project, ctx: read.askedOf(c.var.deps, project) }
}

async function askedVersion(c: Context<AppEnv>) {
  const { read, names, project, ctx } = await asked(c)
  return { read, ctx, found: await read.findVersion(ctx, project, names.collection, names.version) }
}

export const artifactRoutes = new Hono<AppEnv>()
  .get(
    '/v1/:entity/:project/artifact-types',
    describeRoute({
      operationId: 'listArtifactTypes',
      tags: ['Artifacts'],
      summary: 'Count the collections of a project by type',
      responses: {
        200: jsonResponse('The types of a page of collections', 'ArtifactTypePage'),
        ...problems(404),
      },
    }),
    access('read'),
    query(PageQuery),
    async (c) => {
      const { read, project, ctx } = await asked(c)
      const page = await read.typePage(ctx, project, c.req.valid('query'))
      await requireProject(c.var.deps, project, page.items.length > 0)
      return respond(200, page)
    },
  )
  .get(
    COLLECTIONS,
    describeRoute({
      operationId: 'listArtifactCollections',
      tags: ['Artifacts'],
      summary: 'List the artifact collections of a project by name',
      responses: { 200: jsonResponse('A page of collections', 'ArtifactCollectionPage'), ...problems(404) },
    }),
    access('read'),
    query(CollectionsQuery),
    async (c) => {
      const { read, project, ctx } = await asked(c)
      const { type, ...page } = c.req.valid('query')
      const found = await read.collectionPage(ctx, project, { ...page, ...(type !== undefined && { type }) })
      await requireProject(c.var.deps, project, found.items.length > 0)
      return respond(200, found)
    },
  )
  .get(
    COLLECTION,
    describeRoute({
      operationId: 'getArtifactCollection',
      tags: ['Artifacts'],
      summary: 'Read an artifact collection',
      responses: { 200: jsonResponse('The collection', 'ArtifactCollection'), ...problems(404) },
    }),
    access('read'),
    async (c) => {
      const { read, names, project, ctx } = await asked(c)
      return respond(200, await read.collectionAnswer(ctx, project, names.collection))
    },
  )
  .patch(
    COLLECTION,
    describeRoute({
      operationId: 'updateArtifactCollection',
      tags: ['Artifacts'],
      summary: 'Rename or describe an artifact collection',
      responses: {
        200: jsonResponse('The collection after the change', 'ArtifactCollection'),
        ...problems(404),
      },
    }),
    access('write'),
    jsonBody(CollectionPatch, { description: 'nets of the digits' }),
    async (c) => {
      const { names, project, ctx } = await asked(c)
      const { patchCollection } = await changing()
      return respond(200, await patchCollection(ctx, project, names.collection, c.req.valid('json')))
    },
  )
  .delete(
    COLLECTION,
    describeRoute({
      operationId: 'deleteArtifactCollection',
      tags: ['Artifacts'],
      summary: 'Delete an artifact collection with its versions',
      responses: { 204: { description: 'Deleted' }, ...problems(404) },
    }),
    access('write'),
    async (c) => {
      const { names, project, ctx } = await asked(c)
      const { dropCollection } = await changing()
      await dropCollection(ctx, project, names.collection)
      return noContent()
    },
  )
  .get(
    `${COLLECTION}/versions`,
    describeRoute({
      operationId: 'listArtifactVersions',
      tags: ['Artifacts'],
      summary: 'List the versions of an artifact collection, newest first',
      responses: { 200: jsonResponse('A page of versions', 'ArtifactVersionPage'), ...problems(404) },
    }),
    access('read'),
    query(PageQuery),
    async (c) => {
      const { read, names, project, ctx } = await asked(c)
      return respond(200, await read.versionPage(ctx, project, names.collection, c.req.valid('query')))
    },
  )
  .get(
    VERSION,
    describeRoute({
      operationId: 'getArtifactVersion',
      tags: ['Artifacts'],
      summary: 'Read a version of an artifact',
      responses: { 200: jsonResponse('The version', 'ArtifactVersion'), ...problems(404) },
    }),
    access('read'),
    async (c) => {
      const { read, ctx, found } = await askedVersion(c)
      return respond(200, await read.versionAnswer(ctx, found))
    },
  )
  .patch(
    VERSION,
    describeRoute({
      operationId: 'updateArtifactVersion',
      tags: ['Artifacts'],
      summary: 'Describe a version of an artifact, or change its aliases',
      responses: { 200: jsonResponse('The version after the change', 'ArtifactVersion'), ...problems(404) },
    }),
    access('write'),
    jsonBody(VersionPatch, { add_aliases: ['production'] }),
    async (c) => {
      const { ctx, found } = await askedVersion(c)
      const { patchVersion } = await changing()
      return respond(200, await patchVersion(ctx, found, c.req.valid('json')))
    },
  )
  .delete(
    VERSION,
    describeRoute({
      operationId: 'deleteArtifactVersion',
      tags: ['Artifacts'],
      summary: 'Delete a version of an artifact with its links, or a link of a portfolio',
      responses: { 204: { description: 'Deleted' }, ...problems(404, 409) },
    }),
    access('write'),
    query(DeleteVersionQuery),
    async (c) => {
      const { ctx, found } = await askedVersion(c)
      const { dropVersion } = await changing()
      await dropVersion(ctx, found, c.req.valid('query').aliases === 'delete')
      return noContent()
    },
  )
  .get(
    `${VERSION}/files`,
    describeRoute({
      operationId: 'listArtifactFiles',
      tags: ['Artifacts'],
      summary: 'List the files of a version by name',
      responses: {
        200: jsonResponse('A page of files, each with a download URL', 'ArtifactFilePage'),
        ...problems(404),
      },
    }),
    access('read'),
    query(ArtifactFilesQuery),
    async (c) => {
      const { read, ctx, found } = await askedVersion(c)
      const { prefix, ...page } = c.req.valid('query')
      return respond(
        200,
        await read.filePage(ctx, found, { ...page, ...(prefix !== undefined && { prefix }) }),
      )
    },
  )
  .get(
    `${VERSION}/lineage`,
    describeRoute({
      operationId: 'getArtifactLineage',
      tags: ['Artifacts'],
      summary: 'Read which run logged a version, which used it, and where it is linked to',
      responses: { 200: jsonResponse('A page of its runs', 'ArtifactLineage'), ...problems(404) },
    }),
    access('read'),
    query(PageQuery),
    async (c) => {
      const { read, ctx, found } = await askedVersion(c)
      return respond(200, await read.lineageAnswer(ctx, found, c.req.valid('query')))
    },
  )
  .get(
    '/v1/:entity/:project/runs/:run/artifacts',
    describeRoute({
      operationId: 'listRunArtifacts',
      tags: ['Artifacts'],
      summary: 'List the artifacts that a run logged or used',
      responses: { 200: jsonResponse('A page of versions', 'ArtifactSummaryPage'), ...problems(404) },
    }),
    access('read'),
    query(RunArtifactsQuery),
    async (c) => {
      const key = runKeyOf(c.req.valid('param'))
      if (!(await c.var.deps.store.getLive(key))) throw runNotFound(key)
      const { read, ctx } = await asked(c)
      const { as, ...page } = c.req.valid('query')
      return respond(200, await read.runArtifactPage(ctx, key, as, page))
    },
  )
