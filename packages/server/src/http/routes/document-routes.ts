import { ReportCreate, ReportReplace } from '@chimney/core/schema/api/reports'
import { ViewCreate, type ViewPage, ViewReplace } from '@chimney/core/schema/api/views'
import { Hono } from 'hono'
import type { AppEnv } from '../app-env.ts'
import { access } from '../auth/access.ts'
import { jsonBody } from '../body/json-body.ts'
import { query } from '../body/query.ts'
import { describeRoute, jsonResponse, problems } from '../reference/describe-route.ts'
import { requireProject } from '../responses/not-found.ts'
import { noContent, respond } from '../responses/respond.ts'
import { projectKeyOf } from './path-names.ts'
import { ViewsQuery } from './queries.ts'

const VIEWS = '/v1/:entity/:project/views'
const VIEW = '/v1/:entity/:project/views/:page/:view'
const REPORTS = '/v1/:entity/:project/reports'
const REPORT = '/v1/:entity/:project/reports/:report'

const views = () => import('../../documents/views.ts')
const reports = () => import('../../documents/reports.ts')

/** Saved views of pages, and reports. Their code is loaded with the first use: an agent needs none. */
export const documentRoutes = new Hono<AppEnv>()
  .get(
    VIEWS,
    describeRoute({
      operationId: 'listViews',
      tags: ['Projects'],
      summary: 'List the saved views of the pages of a project',
      responses: { 200: jsonResponse('The views', 'ViewList'), ...problems(404) },
    }),
    access('read'),
    query(ViewsQuery),
    async (c) => {
      const project = projectKeyOf(c.req.valid('param'))
      const { listViews } = await views()
      const items = await listViews(c.var.deps, project, c.req.valid('query').page)
      await requireProject(c.var.deps, project, items.length > 0)
      return respond(200, { items })
    },
  )
  .post(
    VIEWS,
    describeRoute({
      operationId: 'createView',
      tags: ['Projects'],
      summary: 'Save the state of a page under a name',
      responses: { 201: jsonResponse('The view', 'View'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(ViewCreate, { page: 'project', name: 'Best first', query: 'sort=loss:up' }),
    async (c) => {
      const project = projectKeyOf(c.req.valid('param'))
      await requireProject(c.var.deps, project, false)
      const { createView } = await views()
      return respond(201, await createView(c.var.deps, project, c.req.valid('json')))
    },
  )
  .put(
    VIEW,
    describeRoute({
      operationId: 'replaceView',
      tags: ['Projects'],
      summary: 'Replace a saved view',
      responses: { 200: jsonResponse('The view', 'View'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(ViewReplace, { query: 'sort=loss:up&columns=lr', rev: 1 }),
    async (c) => {
      const names = c.req.valid('param')
      const { replaceView } = await views()
      const { page, view } = names
      return respond(
        200,
        await replaceView(c.var.deps, projectKeyOf(names), page as ViewPage, view, c.req.valid('json')),
      )
    },
  )
  .delete(
    VIEW,
    describeRoute({
      operationId: 'deleteView',
      tags: ['Projects'],
      summary: 'Delete a saved view',
      responses: { 204: { description: 'Deleted' } },
    }),
    access('write'),
    async (c) => {
      const names = c.req.valid('param')
      const { deleteView } = await views()
      await deleteView(c.var.deps, projectKeyOf(names), names.page as ViewPage, names.view)
      return noContent()
    },
  )
  .get(
    REPORTS,
    describeRoute({
      operationId: 'listReports',
      tags: ['Projects'],
      summary: 'List the reports of a project without their texts, last changed first',
      responses: { 200: jsonResponse('The reports', 'ReportList'), ...problems(404) },
    }),
    access('read'),
    async (c) => {
      const project = projectKeyOf(c.req.valid('param'))
      const { listReports } = await reports()
      const items = await listReports(c.var.deps, project)
      await requireProject(c.var.deps, project, items.length > 0)
      return respond(200, { items })
    },
  )
  .post(
    REPORTS,
    describeRoute({
      operationId: 'createReport',
      tags: ['Projects'],
      summary: 'Create a report: Markdown with blocks of panels, up to 200,000 bytes',
      responses: { 201: jsonResponse('The report', 'Report'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(ReportCreate, { title: 'Which optimizer?', text: '# Result\n\nlion, by far.' }),
    async (c) => {
      const project = projectKeyOf(c.req.valid('param'))
      await requireProject(c.var.deps, project, false)
      const { createReport } = await reports()
      return respond(201, await createReport(c.var.deps, project, c.req.valid('json')))
    },
  )
  .get(
    REPORT,
    describeRoute({
      operationId: 'getReport',
      tags: ['Projects'],
      summary: 'Read a report',
      responses: { 200: jsonResponse('The report', 'Report'), ...problems(404) },
    }),
    access('read'),
    async (c) => {
      const names = c.req.valid('param')
      const { getReport } = await reports()
      return respond(200, await getReport(c.var.deps, projectKeyOf(names), names.report))
    },
  )
  .put(
    REPORT,
    describeRoute({
      operationId: 'replaceReport',
      tags: ['Projects'],
      summary: 'Replace title and text of a report',
      responses: { 200: jsonResponse('The report', 'Report'), ...problems(404, 409) },
    }),
    access('write'),
    jsonBody(ReportReplace, { title: 'Which optimizer?', text: 'adam, after all.', rev: 1 }),
    async (c) => {
      const names = c.req.valid('param')
      const { replaceReport } = await reports()
      return respond(
        200,
        await replaceReport(c.var.deps, projectKeyOf(names), names.report, c.req.valid('json')),
      )
    },
  )
  .delete(
    REPORT,
    describeRoute({
      operationId: 'deleteReport',
      tags: ['Projects'],
      summary: 'Delete a report',
      responses: { 204: { description: 'Deleted' } },
    }),
    access('write'),
    async (c) => {
      const names = c.req.valid('param')
      const { deleteReport } = await reports()
      await deleteReport(c.var.deps, projectKeyOf(names), names.report)
      return noContent()
    },
  )
