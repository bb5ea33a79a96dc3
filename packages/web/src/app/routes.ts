import type { ConfigChange } from '@chimney/core/schema/api/diagnosis'

/** The URLs are those of W&B, because the W&B client builds and prints its own links. */
export type Route =
  | { readonly page: 'home' | 'authorize' | 'settings' | 'unknown' }
  | { readonly page: 'entity'; readonly entity: string }
  | {
      readonly page: 'project' | 'sweeps' | 'new-sweep' | 'compare' | 'compare-sweeps' | 'reports'
      readonly entity: string
      readonly project: string
    }
  | {
      readonly page: 'artifacts'
      readonly entity: string
      readonly project: string
      /** Only collections of this type. */
      readonly type?: string
    }
  | {
      readonly page: 'artifact'
      readonly entity: string
      readonly project: string
      readonly collection: string
      /** `v3` or an alias; without one the newest. */
      readonly version?: string
    }
  | { readonly page: 'group'; readonly entity: string; readonly project: string; readonly group: string }
  | { readonly page: 'report'; readonly entity: string; readonly project: string; readonly report: string }
  | { readonly page: 'registry'; readonly entity: string; readonly registry: string }
  | { readonly page: 'sweep'; readonly entity: string; readonly project: string; readonly sweep: string }
  | { readonly page: 'run'; readonly entity: string; readonly project: string; readonly run: string }

export function routeOf(path: string): Route {
  let parts: string[]
  try {
    parts = path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    return { page: 'unknown' }
  }
  const [entity, project, kind, id, name, version] = parts
  if (entity === undefined || entity === 'login') return { page: 'home' }
  if (project === undefined) {
    if (entity === 'authorize' || entity === 'settings') return { page: entity }
    return { page: 'entity', entity }
  }
  // What W&B calls an organization is an entity here.
  if (entity === 'orgs' && kind === 'registry')
    return id === undefined ? { page: 'entity', entity: project } : registryOf(project, id)
  if (kind === undefined || kind === 'overview' || kind === 'workspace')
    return { page: 'project', entity, project }
  if (kind === 'sweeps')
    return id === undefined
      ? { page: 'sweeps', entity, project }
      : { page: 'sweep', entity, project, sweep: id }
  if (kind === 'artifacts')
    return name === undefined
      ? { page: 'artifacts', entity, project, ...(id !== undefined && { type: id }) }
      : { page: 'artifact', entity, project, collection: name, ...(version !== undefined && { version }) }
  if (kind === 'groups' && id !== undefined) return { page: 'group', entity, project, group: id }
  if (kind === 'runs')
    return id === undefined ? { page: 'project', entity, project } : { page: 'run', entity, project, run: id }
  if (kind === 'reports')
    return id === undefined
      ? { page: kind, entity, project }
      : { page: 'report', entity, project, report: id }
  if (kind === 'new-sweep') return { page: kind, entity, project }
  if (kind === 'compare' || kind === 'compare-sweeps') return { page: kind, entity, project }
  if (project === 'registry') return registryOf(entity, kind)
  return { page: 'unknown' }
}

const registryOf = (entity: string, registry: string): Route => ({ page: 'registry', entity, registry })

const urlOf = (...parts: readonly string[]) => `/${parts.map(encodeURIComponent).join('/')}`

export const entityUrl = (entity: string) => urlOf(entity)
export const projectUrl = (entity: string, project: string) => urlOf(entity, project)
export const sweepsUrl = (entity: string, project: string) => urlOf(entity, project, 'sweeps')
export const newSweepUrl = (entity: string, project: string) => urlOf(entity, project, 'new-sweep')
/** A new sweep with the config of another one after some changes. */
export const newSweepFromUrl = (
  entity: string,
  project: string,
  sweep: string,
  changes: readonly ConfigChange[] = [],
) => {
  const query = new URLSearchParams({ from: sweep })
  if (changes.length > 0) query.set('changes', JSON.stringify(changes))
  return `${newSweepUrl(entity, project)}?${query}`
}
export const sweepUrl = (entity: string, project: string, sweep: string) =>
  urlOf(entity, project, 'sweeps', sweep)
export const runUrl = (entity: string, project: string, run: string) => urlOf(entity, project, 'runs', run)
export const reportsUrl = (entity: string, project: string) => urlOf(entity, project, 'reports')
export const reportUrl = (entity: string, project: string, report: string) =>
  urlOf(entity, project, 'reports', report)
export const artifactsUrl = (entity: string, project: string) => urlOf(entity, project, 'artifacts')
export const artifactTypeUrl = (entity: string, project: string, type: string) =>
  urlOf(entity, project, 'artifacts', type)
/** Pages find a collection by its name; its type is in the address as in W&B's. */
export const artifactUrl = (at: {
  readonly entity: string
  readonly project: string
  readonly type?: string | undefined
  readonly collection: string
  readonly version?: string | undefined
}) =>
  urlOf(
    at.entity,
    at.project,
    'artifacts',
    at.type ?? '-',
    at.collection,
    ...(at.version === undefined ? [] : [at.version]),
  )
/** The runs of a group in the table of the project. */
export const groupUrl = (entity: string, project: string, group: string) =>
  `${projectUrl(entity, project)}?${new URLSearchParams({
    where: `group = "${group.replaceAll(/["\\]/g, '\\$&')}"`,
  })}`
/**
 * The page behind a link to a registry. The client names the collection as `selectionPath=entity/project/collection` and its version in
 * the query; without them the link opens the registry.
 */
export function registryTarget(entity: string, registry: string, query: URLSearchParams): string {
  const [owner = '', project = '', ...rest] = query.get('selectionPath')?.split('/') ?? []
  const collection = rest.join('/')
  if (collection !== '')
    return artifactUrl({ entity: owner, project, collection, version: query.get('version') ?? undefined })
  return artifactsUrl(entity, `wandb-registry-${registry}`)
}
/** Runs that are compared at once. Of more than twelve the charts show groups. */
export const MAX_COMPARED = 60
export const compareUrl = (entity: string, project: string, runs: readonly string[]) =>
  `${urlOf(entity, project, 'compare')}?runs=${runs.map(encodeURIComponent).join(',')}`
/** Sweeps that are compared at once: more have no distinguishable colors. */
export const MAX_COMPARED_SWEEPS = 6
export const compareSweepsUrl = (entity: string, project: string, sweeps: readonly string[]) =>
  `${urlOf(entity, project, 'compare-sweeps')}?ids=${sweeps.map(encodeURIComponent).join(',')}`
