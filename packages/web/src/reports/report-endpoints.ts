import type { ReportBody, ReportCreate, ReportReplace, ReportSummary } from '@chimney/core/schema/api/reports'
import { request } from '../api/request.ts'
import type { ProjectAt } from '../views/view-endpoints.ts'

const pathOf = ({ entity, project }: ProjectAt, ...more: readonly string[]) =>
  `/v1/${[entity, project, 'reports', ...more].map(encodeURIComponent).join('/')}`

export const listReports = async (at: ProjectAt): Promise<readonly ReportSummary[]> =>
  (await request<{ items: readonly ReportSummary[] }>(pathOf(at))).items
export const getReport = (at: ProjectAt, id: string): Promise<ReportBody> => request(pathOf(at, id))
export const createReport = (at: ProjectAt, body: ReportCreate): Promise<ReportBody> =>
  request(pathOf(at), { method: 'POST', body })
export const replaceReport = (at: ProjectAt, id: string, body: ReportReplace): Promise<ReportBody> =>
  request(pathOf(at, id), { method: 'PUT', body })
export const deleteReport = (at: ProjectAt, id: string): Promise<void> =>
  request(pathOf(at, id), { method: 'DELETE' })
