import type { ReportBody, ReportCreate, ReportReplace, ReportSummary } from '@chimney/core/schema/api/reports'
import type { ProjectKey } from '@chimney/core/schema/names'
import type { Deps } from '../deps.ts'
import {
  createDocument,
  type DocumentDeps,
  deleteDocument,
  getDocument,
  type Kind,
  listDocuments,
  replaceDocument,
  type Stored,
} from './documents.ts'

const REPORT: Kind = { prefix: 'report/', what: 'report' }
const ID_LENGTH = 10

type Report = ReportCreate

const summaryOf = ({ name, value, rev, createdAt, updatedAt }: Stored<Report>): ReportSummary => ({
  id: name,
  title: value.title,
  rev,
  created_at: new Date(createdAt).toISOString(),
  updated_at: new Date(updatedAt).toISOString(),
})
const bodyOf = (stored: Stored<Report>): ReportBody => ({ ...summaryOf(stored), text: stored.value.text })

/** Without their texts, the newest change first. */
export const listReports = async (
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
): Promise<readonly ReportSummary[]> =>
  (await listDocuments<Report>(deps, project, REPORT))
    .toSorted((a, b) => b.updatedAt - a.updatedAt)
    .map(summaryOf)

export const getReport = async (
  deps: Pick<Deps, 'store'>,
  project: ProjectKey,
  id: string,
): Promise<ReportBody> => bodyOf(await getDocument<Report>(deps, project, REPORT, id))

export const createReport = async (
  deps: DocumentDeps,
  project: ProjectKey,
  report: ReportCreate,
): Promise<ReportBody> =>
  bodyOf(await createDocument<Report>(deps, project, REPORT, deps.randomId(ID_LENGTH), report))

export const replaceReport = async (
  deps: DocumentDeps,
  project: ProjectKey,
  id: string,
  { rev, ...report }: ReportReplace,
): Promise<ReportBody> => bodyOf(await replaceDocument<Report>(deps, project, REPORT, id, report, rev))

/** Idempotent. */
export const deleteReport = (deps: Pick<Deps, 'store'>, project: ProjectKey, id: string): Promise<void> =>
  deleteDocument(deps, project, REPORT, id)
