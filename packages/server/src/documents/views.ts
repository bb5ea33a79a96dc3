import {
  VIEW_PAGES,
  type ViewBody,
  type ViewCreate,
  type ViewPage,
  type ViewReplace,
} from '@chimney/core/schema/api/views'
import type { ProjectKey } from '@chimney/core/schema/names'
import { Problem } from '@chimney/core/schema/problem'
import type { Deps } from '../deps.ts'
import {
  createDocument,
  type DocumentDeps,
  deleteDocument,
  type Kind,
  listDocuments,
  replaceDocument,
  type Stored,
} from './documents.ts'

/** The name of a view is part of the document's: two views of a page cannot have one name. */
const kindOf = (page: ViewPage): Kind => ({ prefix: `view/${page}/`, what: 'view' })
const defaultName = (page: ViewPage) => `view-default/${page}`

interface View {
  readonly query: string
}

const bodyOf = (
  page: ViewPage,
  { name, value, rev, updatedAt }: Stored<View>,
  byDefault?: string,
): ViewBody => ({
  page,
  name,
  query: value.query,
  default: name === byDefault,
  rev,
  updated_at: new Date(updatedAt).toISOString(),
})

/** By page and name. */
export async function listViews(
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  only: ViewPage | undefined,
): Promise<readonly ViewBody[]> {
  const pages = VIEW_PAGES.filter((page) => only === undefined || page === only)
  const found = pages.map(async (page) => {
    const [views, byDefault] = await Promise.all([
      listDocuments<View>(deps, project, kindOf(page)),
      deps.store.getDocument(project, defaultName(page)),
    ])
    return views.map((view) => bodyOf(page, view, byDefault?.text))
  })
  return (await Promise.all(found)).flat()
}

export async function createView(
  deps: DocumentDeps,
  project: ProjectKey,
  { page, name, query, default: byDefault }: ViewCreate,
): Promise<ViewBody> {
  const stored = await createDocument<View>(deps, project, kindOf(page), name, { query })
  return bodyOf(page, stored, await chooseDefault(deps, project, page, name, byDefault))
}

export async function replaceView(
  deps: DocumentDeps,
  project: ProjectKey,
  page: ViewPage,
  name: string,
  { query, rev, default: byDefault }: ViewReplace,
): Promise<ViewBody> {
  const stored = await replaceDocument<View>(deps, project, kindOf(page), name, { query }, rev)
  return bodyOf(page, stored, await chooseDefault(deps, project, page, name, byDefault))
}

/** Idempotent. A default view leaves the page without one. */
export async function deleteView(
  deps: DocumentDeps,
  project: ProjectKey,
  page: ViewPage,
  name: string,
): Promise<void> {
  await chooseDefault(deps, project, page, name, false)
  await deleteDocument(deps, project, kindOf(page), name)
}

const TRIES = 10

/** The name of the default view of the page, after the change. */
async function chooseDefault(
  { store }: Pick<Deps, 'store'>,
  project: ProjectKey,
  page: ViewPage,
  name: string,
  wanted: boolean | undefined,
): Promise<string | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await store.getDocument(project, defaultName(page))
    if (wanted === undefined || wanted === (before?.text === name)) return before?.text
    const text = wanted ? name : ''
    if (await store.putDocument(project, { name: defaultName(page), text, rev: (before?.rev ?? 0) + 1 }))
      return text
  }
  throw new Problem('retryable', 'views-busy', 'the default view is being changed; send the request again', {
    retryAfter: 1,
  })
}
