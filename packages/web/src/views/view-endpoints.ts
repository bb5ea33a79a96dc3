import type { ViewBody, ViewCreate, ViewPage, ViewReplace } from '@chimney/core/schema/api/views'
import { request } from '../api/request.ts'

export interface ProjectAt {
  readonly entity: string
  readonly project: string
}

const pathOf = ({ entity, project }: ProjectAt, ...more: readonly string[]) =>
  `/v1/${[entity, project, 'views', ...more].map(encodeURIComponent).join('/')}`

export const listViews = async (at: ProjectAt, page: ViewPage): Promise<readonly ViewBody[]> =>
  (await request<{ items: readonly ViewBody[] }>(`${pathOf(at)}?page=${page}`)).items

export const createView = (at: ProjectAt, body: ViewCreate): Promise<ViewBody> =>
  request(pathOf(at), { method: 'POST', body })

export const replaceView = (at: ProjectAt, { page, name }: ViewBody, body: ViewReplace): Promise<ViewBody> =>
  request(pathOf(at, page, name), { method: 'PUT', body })

export const deleteView = (at: ProjectAt, { page, name }: ViewBody): Promise<void> =>
  request(pathOf(at, page, name), { method: 'DELETE' })
